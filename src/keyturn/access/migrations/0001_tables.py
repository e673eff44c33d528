"""Sessions."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [("access", "0001_initial"), ("access", "0002_initial")]

    initial = True

    dependencies = [
        ("directories", "0001_tables"),
        ("tenants", "0001_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Session",
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
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="directories.account",
                            ),
                        ),
                        ("kind", models.CharField(choices=[("web", "web"), ("api", "api")], max_length=3)),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("credential_epoch", models.PositiveIntegerField()),
                        ("temporary_password_id", models.UUIDField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(db_index=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("agent", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                ),
            ]
        )
    ]
