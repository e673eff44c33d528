"""Intakes, recoveries, tickets; what helpdesk and settings ask for."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("recovery", "0001_initial"),
        ("recovery", "0002_tallies"),
        ("recovery", "0003_helpdesk"),
        ("recovery", "0004_previews"),
        ("recovery", "0005_preview_of_a_removal"),
    ]

    initial = True

    dependencies = [
        ("directories", "0001_tables"),
        ("people", "0001_tables"),
        ("tenants", "0001_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Intake",
                    fields=[
                        ("due_at", models.DateTimeField(db_index=True, null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("fence", models.BigIntegerField(null=True)),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="tenants.tenant",
                            ),
                        ),
                        ("reference", models.CharField(max_length=12, unique=True)),
                        ("method", models.CharField(max_length=20)),
                        ("door", models.CharField(max_length=10)),
                        ("source", models.CharField(max_length=64)),
                        ("over_limit", models.BooleanField(default=False)),
                        ("sealed_claim", models.BinaryField(null=True)),
                        ("created_at", models.DateTimeField(db_index=True)),
                        ("resolved_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Recovery",
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
                        ("intake_id", models.UUIDField(null=True)),
                        ("reference", models.CharField(db_index=True, max_length=12)),
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
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="directories.account",
                            ),
                        ),
                        ("method", models.CharField(max_length=20)),
                        ("door", models.CharField(max_length=10)),
                        ("source", models.CharField(blank=True, max_length=64)),
                        ("claimed", models.CharField(blank=True, max_length=200)),
                        ("state", models.CharField(max_length=10)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("words", models.CharField(blank=True, max_length=500)),
                        ("rules", models.JSONField(default=list)),
                        ("channels", models.JSONField(default=list)),
                        ("asked_by", models.CharField(blank=True, max_length=100)),
                        ("approved_by", models.CharField(blank=True, max_length=100)),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("caller_checked", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "recoveries",
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "created_at", "id"], name="recovery_by_time"),
                            models.Index(fields=["tenant", "state", "created_at"], name="recovery_by_state"),
                            models.Index(fields=["tenant", "person", "created_at"], name="recovery_by_person"),
                            models.Index(fields=["tenant", "ended_at"], name="recovery_by_end"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "intake_id"), name="one_recovery_an_intake")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DailyTally",
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
                        ("day", models.DateField()),
                        ("asked", models.PositiveIntegerField(default=0)),
                        ("delivered", models.PositiveIntegerField(default=0)),
                        ("completed", models.PositiveIntegerField(default=0)),
                        ("median_seconds", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "daily tallies",
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [models.UniqueConstraint(fields=("tenant", "day"), name="one_tally_a_day")],
                    },
                ),
                migrations.CreateModel(
                    name="Ticket",
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
                            "recovery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tickets",
                                to="recovery.recovery",
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
                        ("purpose", models.CharField(max_length=20)),
                        ("selector", models.CharField(max_length=16, unique=True)),
                        ("verifier_hash", models.CharField(max_length=64)),
                        ("code_tag", models.CharField(max_length=64)),
                        ("state", models.CharField(default="open", max_length=10)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("max_attempts", models.PositiveSmallIntegerField(default=5)),
                        ("credential_epoch", models.PositiveIntegerField()),
                        ("message_id", models.UUIDField()),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(db_index=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "message_id"], name="recovery_ti_tenant__139577_idx")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("open", "redeeming"))),
                                fields=("account", "purpose"),
                                name="one_live_ticket_a_purpose",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallerCheck",
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
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                            ),
                        ),
                        ("operator_id", models.UUIDField()),
                        ("message_id", models.UUIDField()),
                        ("masked", models.CharField(max_length=320)),
                        ("code_digest", models.CharField(max_length=64)),
                        ("state", models.CharField(default="open", max_length=10)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("passed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(
                                fields=["tenant", "person", "created_at"], name="recovery_ca_tenant__64f077_idx"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
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
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                            ),
                        ),
                        ("method", models.CharField(max_length=20)),
                        ("operator_id", models.UUIDField()),
                        ("second_id", models.UUIDField(null=True)),
                        ("note", models.CharField(max_length=200)),
                        ("is_compromised", models.BooleanField(default=False)),
                        ("caller_checked", models.BooleanField(default=False)),
                        ("state", models.CharField(default="open", max_length=10)),
                        ("created_at", models.DateTimeField(db_index=True)),
                        ("expires_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("open", "approved"))),
                                fields=("person", "method", "operator_id"),
                                name="one_open_approval_an_operator",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Preview",
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
                        ("wanted", models.JSONField()),
                        ("mail_profile", models.UUIDField(null=True)),
                        ("tab", models.CharField(max_length=20)),
                        ("version", models.PositiveIntegerField()),
                        ("asked_by", models.CharField(max_length=100)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("seen", models.PositiveIntegerField(default=0)),
                        ("stopped", models.PositiveIntegerField(default=0)),
                        ("narrowed", models.PositiveIntegerField(default=0)),
                        ("listed", models.JSONField(default=list)),
                        ("after", models.UUIDField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                ),
            ]
        )
    ]
