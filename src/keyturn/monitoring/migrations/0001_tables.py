"""Mailboxes, what is known of them, and what is told of them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("monitoring", "0001_mailboxes"),
        ("monitoring", "0002_handing"),
        ("monitoring", "0003_key_of_a_seal"),
        ("monitoring", "0004_troubles_end"),
        ("monitoring", "0005_sweeps_are_counted"),
    ]

    initial = True

    dependencies = [
        ("people", "0001_tables"),
        ("tenants", "0001_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Mailbox",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mailboxes",
                                to="people.person",
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("protocol", models.CharField(max_length=4)),
                        ("host", models.CharField(max_length=253)),
                        ("port", models.PositiveIntegerField()),
                        ("tls", models.CharField(max_length=8)),
                        ("username", models.CharField(max_length=320)),
                        ("method", models.CharField(default="password", max_length=8)),
                        ("sending_host", models.CharField(blank=True, max_length=253)),
                        ("sending_port", models.PositiveIntegerField(default=0)),
                        ("sending_tls", models.CharField(blank=True, max_length=8)),
                        ("sealed", models.BinaryField(null=True)),
                        ("sealed_with", models.CharField(blank=True, max_length=16)),
                        ("verifier", models.CharField(blank=True, max_length=200)),
                        ("secret_version", models.PositiveIntegerField(default=0)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "new"),
                                    ("fine", "fine"),
                                    ("refused", "refused"),
                                    ("troubled", "troubled"),
                                    ("suspended", "suspended"),
                                    ("empty", "empty"),
                                ],
                                default="new",
                                max_length=9,
                            ),
                        ),
                        ("suspended_by", models.CharField(blank=True, max_length=8)),
                        ("verdict", models.CharField(blank=True, max_length=11)),
                        ("code", models.CharField(blank=True, max_length=30)),
                        ("checked_at", models.DateTimeField(null=True)),
                        ("accepted_at", models.DateTimeField(null=True)),
                        ("refusals", models.PositiveSmallIntegerField(default=0)),
                        ("refused_since", models.DateTimeField(null=True)),
                        ("troubled_since", models.DateTimeField(null=True)),
                        ("suspended_at", models.DateTimeField(null=True)),
                        ("incident", models.UUIDField(null=True)),
                        ("told_at", models.DateTimeField(null=True)),
                        ("may_mend_blind_until", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "mailboxes",
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "state", "name", "id"], name="mailboxes_by_state"),
                            models.Index(fields=["tenant", "name", "id"], name="mailboxes_by_name"),
                            models.Index(fields=["tenant", "host", "state"], name="mailboxes_by_host"),
                            models.Index(fields=["tenant", "person"], name="mailboxes_of_a_person"),
                            models.Index(fields=["tenant", "sealed_with"], name="mailboxes_by_key"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "name"), name="mailbox_once_a_person")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sighting",
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
                            "mailbox",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sightings",
                                to="monitoring.mailbox",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("verdict", models.CharField(max_length=11)),
                        ("code", models.CharField(max_length=30)),
                        ("milliseconds", models.PositiveIntegerField()),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "mailbox", "at"], name="sightings_of_a_mailbox"),
                            models.Index(fields=["tenant", "at"], name="sightings_by_age"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SweepMinute",
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
                        ("minute", models.DateTimeField()),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("refused", models.PositiveIntegerField(default=0)),
                        ("unreachable", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "minute"), name="one_sweep_a_minute")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HostTrouble",
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
                        ("host", models.CharField(max_length=253)),
                        ("began_at", models.DateTimeField()),
                        ("failing", models.PositiveIntegerField()),
                        ("told_at", models.DateTimeField(null=True)),
                        (
                            "knocking",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="monitoring.mailbox",
                            ),
                        ),
                        ("knocked_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("tenant", "host"),
                                name="one_trouble_a_host",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MendingLink",
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
                            "mailbox",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="monitoring.mailbox"
                            ),
                        ),
                        ("incident", models.UUIDField()),
                        ("selector", models.CharField(max_length=20, unique=True)),
                        ("verifier_hash", models.CharField(max_length=64)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                ),
                migrations.CreateModel(
                    name="Mending",
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
                            "mailbox",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="monitoring.mailbox"
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="monitoring.mendinglink",
                            ),
                        ),
                        ("asked_by", models.CharField(max_length=100)),
                        ("sealed", models.BinaryField(null=True)),
                        ("verifier", models.CharField(blank=True, max_length=200)),
                        ("secret_version", models.PositiveIntegerField()),
                        ("steps", models.JSONField(default=list)),
                        ("state", models.CharField(default="waiting", max_length=11)),
                        ("code", models.CharField(blank=True, max_length=30)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                ),
                migrations.CreateModel(
                    name="NotificationRule",
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
                        ("name", models.CharField(max_length=40)),
                        ("is_enabled", models.BooleanField()),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "name"), name="rule_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Webhook",
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
                        ("url", models.CharField(max_length=500)),
                        ("sealed_secret", models.BinaryField()),
                        ("is_enabled", models.BooleanField(default=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [models.UniqueConstraint(fields=("tenant",), name="one_webhook_a_tenant")],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookCall",
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
                        ("event", models.CharField(max_length=30)),
                        ("body", models.JSONField()),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("outcome", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [models.Index(fields=["tenant", "created_at"], name="webhook_calls_by_age")],
                    },
                ),
                migrations.CreateModel(
                    name="Handing",
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
                            "mailbox",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="monitoring.mailbox"
                            ),
                        ),
                        ("key", models.CharField(max_length=64)),
                        ("secret_version", models.PositiveIntegerField()),
                        ("sealed", models.BinaryField(null=True)),
                        ("is_broken", models.BooleanField(default=False)),
                        ("asked_by", models.CharField(max_length=100)),
                        ("asked_at", models.DateTimeField()),
                        ("sealed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [models.Index(fields=["tenant", "asked_at"], name="handings_by_age")],
                    },
                ),
            ]
        )
    ]
