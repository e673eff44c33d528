"""People, their addresses, rights and search terms; imports."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope
from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("people", "0001_initial"),
        ("people", "0002_console"),
        ("people", "0003_lists_search_and_imports"),
        ("people", "0004_keep_what_lists_need"),
        ("people", "0005_addresses_set_by_operators"),
        ("people", "0006_rights_and_pins"),
        ("people", "0007_rights_versions"),
        ("people", "0008_lowered_permissions"),
        ("people", "0009_imports_of_kinds"),
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
                    name="Permission",
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
                        ("key", models.CharField(max_length=60)),
                        ("label", models.CharField(max_length=100)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("plain", "Plain"),
                                    ("elevated", "Elevated"),
                                    ("administration", "Administration"),
                                    ("helpdesk", "Helpdesk"),
                                    ("pin_issuing", "Issuing PIN codes"),
                                    ("export", "Export"),
                                    ("mailbox_hosts", "Editing mailbox hosts"),
                                ],
                                default="plain",
                                max_length=14,
                            ),
                        ),
                        ("is_cloneable", models.BooleanField(default=True)),
                        ("version", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ["key"],
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "key"), name="permission_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LoweredPermission",
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
                        ("key", models.CharField(max_length=60)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "key"), name="lowered_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Profile",
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
                        ("key", models.CharField(max_length=60)),
                        ("label", models.CharField(max_length=100)),
                        ("is_cloneable", models.BooleanField(default=True)),
                        ("version", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "ordering": ["key"],
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "key"), name="profile_once_a_tenant")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProfilePermission",
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
                            "profile",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="people.profile"
                            ),
                        ),
                        (
                            "permission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.permission"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("profile", "permission"), name="permission_once_a_profile"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Person",
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
                        ("identifier", models.CharField(max_length=254)),
                        ("identifier_key", models.CharField(max_length=254)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "status",
                            models.CharField(
                                choices=[("active", "active"), ("inactive", "inactive"), ("pending", "pending")],
                                default="active",
                                max_length=10,
                            ),
                        ),
                        ("has_pin", models.BooleanField(default=False)),
                        ("language", models.CharField(blank=True, max_length=8)),
                        ("allow_mobile_password_reset", models.BooleanField(default=False)),
                        (
                            "cell_provider",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="outbox.cellprovider",
                            ),
                        ),
                        ("needs_second_operator", models.BooleanField(default=False)),
                        ("first_mail_due", models.BooleanField(default=False)),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField(null=True)),
                        ("reach", models.CharField(default="no_email", max_length=8)),
                        ("can_be_reached", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name_plural": "people",
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "name", "id"], name="people_by_name"),
                            models.Index(fields=["tenant", "status", "name", "id"], name="people_by_status"),
                            models.Index(fields=["tenant", "reach", "name", "id"], name="people_by_reach"),
                            models.Index(
                                fields=["tenant", "can_be_reached", "name", "id"], name="people_by_reachability"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "identifier_key"), name="identifier_once_a_tenant"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonPermission",
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
                        (
                            "permission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.permission"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "permission"), name="permission_once_a_person")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonProfile",
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
                        (
                            "profile",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.profile"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "profile"), name="profile_once_a_person")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CompanyException",
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
                        ("company", models.CharField(max_length=100)),
                        (
                            "effect",
                            models.CharField(
                                choices=[("allow", "May work for it"), ("deny", "May not work for it")], max_length=5
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["company"],
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "company"), name="company_once_a_person")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Address",
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
                                related_name="addresses",
                                to="people.person",
                            ),
                        ),
                        ("kind", models.CharField(choices=[("email", "email"), ("phone", "phone")], max_length=5)),
                        (
                            "phone_type",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("sms", "sms"),
                                    ("mobile", "mobile"),
                                    ("office", "office"),
                                    ("home", "home"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("raw", models.CharField(max_length=320)),
                        ("key", models.CharField(max_length=320)),
                        ("lowered", models.CharField(max_length=320)),
                        ("finds_person", models.BooleanField(default=True)),
                        ("may_receive", models.BooleanField(default=True)),
                        ("is_main", models.BooleanField(default=False)),
                        ("verified_at", models.DateTimeField(null=True)),
                        ("bounced_at", models.DateTimeField(null=True)),
                        ("set_by_person_at", models.DateTimeField(null=True)),
                        ("set_by_operator_at", models.DateTimeField(null=True)),
                        ("told_until", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name_plural": "addresses",
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [
                            models.Index(fields=["tenant", "key"], name="people_addr_tenant__8140f7_idx"),
                            models.Index(fields=["tenant", "lowered"], name="people_addr_tenant__52f44a_idx"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("finds_person", True)),
                                fields=("tenant", "kind", "lowered"),
                                name="address_finds_one_person",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_main", True)),
                                fields=("person",),
                                name="one_main_email_a_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Route",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                        ),
                        ("kind", models.CharField(max_length=5)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "tenant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.tenant"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "phone")),
                                fields=("digest",),
                                name="phone_once_an_installation",
                            ),
                            models.UniqueConstraint(fields=("kind", "digest", "tenant"), name="route_once_a_tenant"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SearchTerm",
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
                        ("term", models.BinaryField()),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [models.Index(fields=["tenant", "term", "person"], name="people_by_term")],
                    },
                ),
                migrations.CreateModel(
                    name="Import",
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
                        ("kind", models.CharField(default="people", max_length=10)),
                        ("file_name", models.CharField(max_length=200)),
                        ("is_trial", models.BooleanField()),
                        ("started_by", models.CharField(max_length=100)),
                        ("state", models.CharField(default="waiting", max_length=10)),
                        ("rank", models.PositiveSmallIntegerField()),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("next_row", models.PositiveIntegerField(default=0)),
                        ("created", models.PositiveIntegerField(default=0)),
                        ("updated", models.PositiveIntegerField(default=0)),
                        ("refused", models.PositiveIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "indexes": [models.Index(fields=["tenant", "created_at"], name="imports_by_age")],
                    },
                ),
                migrations.CreateModel(
                    name="ImportFile",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="file", to="people.import"
                            ),
                        ),
                        ("content", models.BinaryField()),
                        ("sealed", models.BinaryField(null=True)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                    },
                ),
                migrations.CreateModel(
                    name="RefusedRow",
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
                                related_name="refusals",
                                to="people.import",
                            ),
                        ),
                        ("line", models.PositiveIntegerField()),
                        ("field", models.CharField(max_length=60)),
                        ("reason", models.CharField(max_length=40)),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "constraints": [models.UniqueConstraint(fields=("of", "line"), name="refused_once_a_line")],
                    },
                ),
            ]
        )
    ]
