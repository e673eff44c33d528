"""Events, and the heads of their chains."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [("audit", "0001_initial"), ("audit", "0002_heads"), ("audit", "0003_lists_without_sorting")]

    initial = True

    dependencies = [
        ("tenants", "0001_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                default=keyturn.tenants.scope._current_or_none,
                                editable=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tenants.tenant",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("action", models.CharField(max_length=60)),
                        ("actor", models.CharField(max_length=100)),
                        ("subject", models.CharField(blank=True, max_length=100)),
                        ("source", models.CharField(blank=True, max_length=64)),
                        ("reason", models.CharField(blank=True, max_length=60)),
                        ("data", models.JSONField(default=dict)),
                        ("position", models.BigIntegerField(null=True)),
                        ("chain", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "at", "id"], name="audit_by_time"),
                            models.Index(fields=["tenant", "action", "at", "id"], name="audit_by_action"),
                            models.Index(fields=["tenant", "actor", "at", "id"], name="audit_by_actor"),
                            models.Index(fields=["tenant", "subject", "at", "id"], name="audit_by_subject"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "position"), name="audit_position_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Head",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                default=keyturn.tenants.scope._current_or_none,
                                editable=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tenants.tenant",
                            ),
                        ),
                        ("length", models.BigIntegerField(default=0)),
                        ("link", models.CharField(max_length=64)),
                        ("anchor_position", models.BigIntegerField(default=0)),
                        ("anchor_link", models.CharField(blank=True, max_length=64)),
                        ("mark", models.CharField(max_length=64)),
                        ("moved_at", models.DateTimeField()),
                        ("checked_to", models.BigIntegerField(default=0)),
                        ("checked_at", models.DateTimeField(null=True)),
                        ("fault", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [models.UniqueConstraint(fields=("tenant",), name="one_head_a_tenant")],
                    },
                ),
            ]
        )
    ]
