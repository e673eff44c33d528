"""Messages, and the attempts to hand them over."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("outbox", "0002_initial"),
        ("outbox", "0003_gateways_and_trials"),
        ("outbox", "0004_operators_look"),
        ("outbox", "0005_waiting_messages"),
        ("outbox", "0006_layouts_and_locations"),
    ]

    initial = True

    dependencies = [
        ("outbox", "0001_tables"),
        ("people", "0001_tables"),
        ("tenants", "0001_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Message",
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
                        ("due_at", models.DateTimeField(db_index=True, null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("fence", models.BigIntegerField(null=True)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        (
                            "address",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="people.address",
                            ),
                        ),
                        ("purpose", models.CharField(max_length=40)),
                        ("channel", models.CharField(max_length=5)),
                        ("language", models.CharField(max_length=8)),
                        ("sealed", models.BinaryField(null=True)),
                        ("state", models.CharField(default="queued", max_length=10)),
                        ("deadline", models.DateTimeField()),
                        (
                            "location",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="outbox.location",
                            ),
                        ),
                        ("elsewhere", models.CharField(blank=True, max_length=320)),
                        ("header_id", models.CharField(max_length=255)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("last_reply", models.CharField(blank=True, max_length=500)),
                        ("followed_up_at", models.DateTimeField(null=True)),
                        ("reported_at", models.DateTimeField(null=True)),
                        (
                            "again_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="again",
                                to="outbox.message",
                            ),
                        ),
                        ("sent_again_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(
                                fields=["tenant", "person", "created_at"], name="outbox_mess_tenant__45d0a2_idx"
                            ),
                            models.Index(fields=["tenant", "created_at", "id"], name="outbox_by_time"),
                            models.Index(fields=["tenant", "state", "created_at"], name="outbox_by_state"),
                            models.Index(fields=["tenant", "ended_at"], name="outbox_by_end"),
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["tenant", "created_at"],
                                name="outbox_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("elsewhere", ""), _negated=True),
                                fields=["tenant", "elsewhere"],
                                name="outbox_by_elsewhere",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("followed_up_at", None), ("state__in", ("bounced", "failed", "expired"))
                                ),
                                fields=["ended_at"],
                                name="outbox_dead_ends",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
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
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="tries", to="outbox.message"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("profile", models.CharField(max_length=100)),
                        ("outcome", models.CharField(max_length=12)),
                        ("reply", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [models.Index(fields=["tenant", "profile", "at"], name="attempts_by_profile")],
                    },
                ),
            ]
        )
    ]
