"""All that messages need, but not messages: those point at people, who point at a cell provider."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    # the first and the last of seven: whoever stopped between them is told from whoever applied all
    replaces = [("outbox", "0001_initial"), ("outbox", "0007_elsewhere_index")]

    initial = True

    dependencies = [
        ("tenants", "0001_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="StoredLayout",
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
                        ("purpose", models.CharField(max_length=40)),
                        ("channel", models.CharField(max_length=5)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "ordering": ["name"],
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "name"), name="layout_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LayoutText",
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
                            "layout",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="texts",
                                to="outbox.storedlayout",
                            ),
                        ),
                        ("language", models.CharField(max_length=8)),
                        ("subject", models.TextField(blank=True)),
                        ("text", models.TextField(blank=True)),
                        ("html", models.TextField(blank=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("saved_at", models.DateTimeField()),
                        ("saved_by", models.CharField(max_length=100)),
                    ],
                    options={
                        "ordering": ["language"],
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("layout", "language"), name="words_once_a_language")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LayoutVersion",
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
                            "of",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="outbox.layouttext",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("subject", models.TextField(blank=True)),
                        ("text", models.TextField(blank=True)),
                        ("html", models.TextField(blank=True)),
                        ("saved_at", models.DateTimeField()),
                        ("saved_by", models.CharField(max_length=100)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [models.UniqueConstraint(fields=("of", "number"), name="layout_version_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Variable",
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
                        ("name", models.CharField(max_length=60)),
                        (
                            "layout",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="variables",
                                to="outbox.storedlayout",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "name"), name="variable_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Location",
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
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "ordering": ["name"],
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "name"), name="location_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MailProfile",
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
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        (
                            "location",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="profiles",
                                to="outbox.location",
                            ),
                        ),
                        ("service", models.CharField(default="smtp", max_length=20)),
                        ("options", models.JSONField(blank=True, default=dict)),
                        ("host", models.CharField(max_length=253)),
                        ("port", models.PositiveIntegerField()),
                        (
                            "tls",
                            models.CharField(
                                choices=[("none", "none"), ("starttls", "starttls"), ("implicit", "implicit")],
                                default="starttls",
                                max_length=8,
                            ),
                        ),
                        ("username", models.CharField(blank=True, max_length=254)),
                        ("sealed_password", models.BinaryField(blank=True, default=b"")),
                        ("from_address", models.CharField(max_length=320)),
                        ("from_name", models.CharField(blank=True, max_length=100)),
                        ("is_owners", models.BooleanField(default=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "ordering": ["position"],
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "name"), name="mail_profile_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CellProvider",
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
                        ("sms_domain", models.CharField(max_length=253)),
                        ("number_format", models.CharField(default="10-digit", max_length=60)),
                        ("ends_on", models.DateField(null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "name"), name="cell_provider_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SmsGateway",
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
                        ("is_enabled", models.BooleanField(default=True)),
                        ("name", models.CharField(max_length=100)),
                        ("url", models.CharField(max_length=500)),
                        ("body", models.CharField(default="json", max_length=4)),
                        ("number_field", models.CharField(default="to", max_length=60)),
                        ("text_field", models.CharField(default="text", max_length=60)),
                        ("sender_field", models.CharField(blank=True, max_length=60)),
                        ("sender", models.CharField(blank=True, max_length=60)),
                        ("number_style", models.CharField(default="e164", max_length=6)),
                        ("auth", models.CharField(default="none", max_length=6)),
                        ("auth_name", models.CharField(blank=True, max_length=100)),
                        ("sealed_secret", models.BinaryField(blank=True, default=b"")),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [models.UniqueConstraint(fields=("tenant",), name="one_sms_gateway_a_tenant")],
                    },
                ),
                migrations.CreateModel(
                    name="Trial",
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
                        ("kind", models.CharField(max_length=8)),
                        ("asked_by", models.CharField(max_length=100)),
                        ("stages", models.JSONField(default=list)),
                        ("steps", models.JSONField(default=list)),
                        ("sealed", models.BinaryField(null=True)),
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
