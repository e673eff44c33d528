"""Accounts, and the passwords of the built-in directory."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("directories", "0001_initial"),
        ("directories", "0002_initial"),
        ("directories", "0003_passwords_of_a_recovery"),
        ("directories", "0004_told_passwords"),
        ("directories", "0005_open_temporary_passwords"),
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
                    name="RegisteredDirectory",
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
                        ("name", models.CharField(max_length=100)),
                        ("kind", models.CharField(default="builtin", max_length=30)),
                    ],
                    options={
                        "verbose_name_plural": "registered directories",
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "name"), name="directory_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Account",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="accounts",
                                to="people.person",
                            ),
                        ),
                        (
                            "directory",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="directories.registereddirectory",
                            ),
                        ),
                        ("login", models.CharField(max_length=254)),
                        ("login_key", models.CharField(max_length=254)),
                        ("credential_epoch", models.PositiveIntegerField(default=0)),
                        ("password_changed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "login_key"), name="login_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StoredPassword",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="directories.account",
                            ),
                        ),
                        ("hash", models.CharField(max_length=200)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                ),
                migrations.CreateModel(
                    name="TemporaryPassword",
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
                        ("channel", models.CharField(max_length=5)),
                        ("hash", models.CharField(max_length=200)),
                        ("state", models.CharField(default="live", max_length=10)),
                        ("credential_epoch", models.PositiveIntegerField()),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("message_id", models.UUIDField(null=True)),
                        ("recovery_id", models.UUIDField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "message_id"], name="directories_tenant__8094c2_idx"),
                            models.Index(fields=["tenant", "recovery_id"], name="passwords_of_a_recovery"),
                            models.Index(fields=["tenant", "state", "expires_at"], name="temporary_passwords_by_end"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "live")),
                                fields=("account", "channel"),
                                name="one_live_temporary_password_a_channel",
                            )
                        ],
                    },
                ),
            ]
        )
    ]
