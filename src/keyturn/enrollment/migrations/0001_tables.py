"""PIN codes, and who comes by one."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [("enrollment", "0001_initial"), ("enrollment", "0002_proofs_and_agreements")]

    initial = True

    dependencies = [
        ("outbox", "0001_tables"),
        ("outbox", "0002_messages"),
        ("people", "0001_tables"),
        ("tenants", "0001_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Pin",
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
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                            ),
                        ),
                        ("selector", models.CharField(max_length=4)),
                        ("secret_hash", models.CharField(max_length=200)),
                        ("sealed", models.BinaryField(null=True)),
                        ("expires_at", models.DateTimeField()),
                        ("max_uses", models.PositiveIntegerField(default=1)),
                        ("uses", models.PositiveIntegerField(default=0)),
                        ("domains", models.JSONField(default=list)),
                        ("fixed_address", models.CharField(blank=True, max_length=320)),
                        ("withheld", models.JSONField(default=list)),
                        ("agreed", models.JSONField(null=True)),
                        ("issued_at", models.DateTimeField()),
                        ("issued_by", models.CharField(max_length=100)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_because", models.CharField(blank=True, max_length=20)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [models.Index(fields=["tenant", "expires_at"], name="pins_by_end")],
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "selector"), name="pin_selector_once_a_tenant"),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("owner",),
                                name="one_live_pin_a_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PinMailing",
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
                            "pin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="mailings",
                                to="enrollment.pin",
                            ),
                        ),
                        ("to", models.CharField(max_length=320)),
                        ("own_address", models.CharField(blank=True, max_length=320)),
                        ("elevated", models.JSONField(default=list)),
                        ("asked_by", models.CharField(max_length=100)),
                        ("approved_by", models.CharField(blank=True, max_length=100)),
                        (
                            "location",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="outbox.location",
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="outbox.message",
                            ),
                        ),
                        ("state", models.CharField(default="approved", max_length=10)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [models.Index(fields=["tenant", "pin", "created_at"], name="mailings_of_a_pin")],
                    },
                ),
                migrations.CreateModel(
                    name="SignUp",
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
                        ("reference", models.CharField(max_length=20, unique=True)),
                        ("door", models.CharField(max_length=6)),
                        ("source", models.CharField(max_length=64)),
                        ("is_proven", models.BooleanField(default=False)),
                        ("sealed", models.BinaryField(null=True)),
                        ("state", models.CharField(default="open", max_length=8)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("outcomes", models.JSONField(default=list)),
                        (
                            "pin",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="enrollment.pin",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="people.person",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "created_at", "id"], name="sign_ups_by_time"),
                            models.Index(fields=["tenant", "state", "created_at"], name="sign_ups_by_state"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SpentProof",
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
                        ("drawn", models.CharField(max_length=16)),
                        ("ends_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [models.Index(fields=["tenant", "ends_at"], name="spent_proofs_by_end")],
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "drawn"), name="proof_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MadeByPin",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="made_by_pin",
                                to="people.person",
                            ),
                        ),
                        (
                            "pin",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="made",
                                to="enrollment.pin",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="brought_in",
                                to="people.person",
                            ),
                        ),
                        ("rights", models.JSONField(default=dict)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "pin", "at"], name="made_by_pin"),
                            models.Index(fields=["tenant", "owner", "at"], name="made_by_owner"),
                        ],
                    },
                ),
            ]
        )
    ]
