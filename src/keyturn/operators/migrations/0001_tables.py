"""Operators, their sessions and factors, API keys."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("operators", "0001_initial"),
        ("operators", "0002_console"),
        ("operators", "0003_factors"),
        ("operators", "0004_api_keys"),
        ("operators", "0005_operator_default_location"),
    ]

    initial = True

    dependencies = [
        ("outbox", "0001_tables"),
        ("tenants", "0001_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Operator",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
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
                        ("username", models.CharField(max_length=150)),
                        ("email", models.CharField(blank=True, max_length=254)),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("owner", "Owner: everything, other owners included"),
                                    ("administrator", "Administrator: settings, people, operators below"),
                                    ("helpdesk", "Helpdesk: finds people and gets them back in"),
                                    ("auditor", "Auditor: sees everything, changes nothing"),
                                ],
                                default="owner",
                                max_length=13,
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        (
                            "default_location",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="outbox.location",
                            ),
                        ),
                        ("created_at", models.DateTimeField(null=True)),
                        ("last_signed_in_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "username"), name="operator_once_a_tenant"),
                            models.UniqueConstraint(
                                condition=models.Q(("tenant", None)),
                                fields=("username",),
                                name="owner_once_an_installation",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuthenticatorApp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "operator",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="authenticator_app",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("sealed", models.BinaryField()),
                        ("last_step", models.BigIntegerField()),
                        ("created_at", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Passkey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "operator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="passkeys",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("rp_id", models.CharField(max_length=253)),
                        ("credential_id", models.CharField(max_length=1400, unique=True)),
                        ("credential", models.BinaryField()),
                        ("sign_count", models.BigIntegerField()),
                        ("created_at", models.DateTimeField()),
                        ("last_used_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="RecoveryCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "operator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="recovery_codes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("used_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="OperatorSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "operator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to=settings.AUTH_USER_MODEL,
                            ),
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
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("awaiting", models.CharField(blank=True, max_length=20)),
                        ("second_factor", models.CharField(blank=True, max_length=13)),
                        ("confirmed_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(db_index=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("source", models.CharField(blank=True, max_length=64)),
                        ("agent", models.CharField(blank=True, max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="PasskeyChallenge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "session",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="passkey_challenge",
                                to="operators.operatorsession",
                            ),
                        ),
                        ("kind", models.CharField(choices=[("create", "create"), ("get", "get")], max_length=6)),
                        ("rp_id", models.CharField(max_length=253)),
                        ("challenge", models.CharField(max_length=64)),
                        ("expires_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="WelcomeLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "operator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                            ),
                        ),
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        ("resets_factors", models.BooleanField(default=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="InstallationEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(db_index=True)),
                        ("action", models.CharField(max_length=60)),
                        ("actor", models.CharField(max_length=100)),
                        ("subject", models.CharField(blank=True, max_length=100)),
                        ("data", models.JSONField(default=dict)),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiKey",
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
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("ending", models.CharField(max_length=4)),
                        ("scopes", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=100)),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("last_used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                ),
            ]
        )
    ]
