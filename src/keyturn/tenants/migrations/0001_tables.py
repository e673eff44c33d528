"""Organizations, their settings and host names."""

import uuid

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from keyturn.lib.tables import CreateModels


class Migration(migrations.Migration):
    replaces = [
        ("tenants", "0001_initial"),
        ("tenants", "0002_console"),
        ("tenants", "0003_environment_and_pins"),
        ("tenants", "0004_mailboxes"),
    ]

    initial = True

    dependencies = []

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Tenant",
                    fields=[
                        (
                            "id",
                            models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                        ),
                        ("slug", models.SlugField(unique=True)),
                        ("name", models.CharField(max_length=100)),
                        (
                            "status",
                            models.CharField(
                                choices=[("active", "active"), ("suspended", "suspended")],
                                default="active",
                                max_length=10,
                            ),
                        ),
                        (
                            "public_url",
                            models.CharField(help_text="Every link in a message begins with this.", max_length=200),
                        ),
                        (
                            "support_contact",
                            models.CharField(
                                blank=True,
                                help_text="Where a person turns who needs a human; stands in every message.",
                                max_length=200,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("es", "Español")], default="en", max_length=8
                            ),
                        ),
                        (
                            "phone_region",
                            models.CharField(
                                default="US",
                                help_text="Country of numbers typed without a country code.",
                                max_length=2,
                            ),
                        ),
                        (
                            "allow_mobile_password_reset",
                            models.BooleanField(
                                default=False,
                                help_text="Mobile apps may ask for a temporary password; each person has a switch, too.",
                            ),
                        ),
                        (
                            "allow_password_reset_via_email",
                            models.BooleanField(
                                default=True, help_text="People may ask for a mail with a link and a code."
                            ),
                        ),
                        (
                            "allow_manual_entry",
                            models.BooleanField(
                                default=False,
                                help_text="Operators may type a password for a person. Off, the choice does not exist.",
                            ),
                        ),
                        (
                            "manual_entry_always_temporary",
                            models.BooleanField(
                                default=True,
                                help_text="A password typed by an operator must be replaced at the next sign-in.",
                            ),
                        ),
                        (
                            "ticket_expiration_minutes",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="How long links, codes and temporary passwords live; what goes by SMS, 10 minutes at most.",
                                validators=[
                                    django.core.validators.MinValueValidator(5),
                                    django.core.validators.MaxValueValidator(1440),
                                ],
                            ),
                        ),
                        (
                            "disclosure",
                            models.CharField(
                                choices=[
                                    ("uniform", "Uniform: the same words for everybody"),
                                    (
                                        "known_device",
                                        "Known device: a masked address on devices that signed in before",
                                    ),
                                    ("disclosed", "Disclosed: anybody can find out who has an account"),
                                ],
                                default="uniform",
                                help_text="What the recovery pages tell somebody who has proven nothing.",
                                max_length=12,
                            ),
                        ),
                        (
                            "identifier_pattern",
                            models.CharField(
                                blank=True,
                                help_text="A regular expression that user names match; empty: any user name or email address.",
                                max_length=200,
                            ),
                        ),
                        (
                            "password_preset",
                            models.CharField(
                                choices=[
                                    ("standard", "Standard: 12 characters, acceptable strength"),
                                    (
                                        "classic",
                                        "Classic: a capital, a number and a special character (contrary to NIST SP 800-63B-4)",
                                    ),
                                    ("strict", "Strict: 15 characters (NIST SP 800-63B-4)"),
                                ],
                                default="standard",
                                help_text="The requirements that a new password must meet.",
                                max_length=10,
                            ),
                        ),
                        (
                            "password_min_length",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Characters a password needs at least, where it should differ from the preset.",
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(8),
                                    django.core.validators.MaxValueValidator(64),
                                ],
                            ),
                        ),
                        (
                            "password_words",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="Words that make a password guessable here: the company, its products.",
                            ),
                        ),
                        (
                            "leaked_password_service",
                            models.BooleanField(
                                default=False,
                                help_text="Also ask the public range service about leaked passwords; five hex digits of a hash leave.",
                            ),
                        ),
                        (
                            "fresh_address_hours",
                            models.PositiveSmallIntegerField(
                                default=24,
                                help_text="An address that a person changed is not used for recovery for so many hours.",
                                validators=[django.core.validators.MaxValueValidator(168)],
                            ),
                        ),
                        (
                            "sms_per_day",
                            models.PositiveIntegerField(
                                default=100, help_text="Text messages sent in a day at most."
                            ),
                        ),
                        (
                            "web_session_hours",
                            models.PositiveSmallIntegerField(
                                default=12,
                                help_text="After so many hours a browser must sign in again.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(720),
                                ],
                            ),
                        ),
                        (
                            "api_session_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="After so many days an app must sign in again.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                            ),
                        ),
                        (
                            "allow_link_on_portal",
                            models.BooleanField(
                                default=True, help_text="The web pages offer the mail with a link and a code."
                            ),
                        ),
                        (
                            "allow_link_in_api",
                            models.BooleanField(
                                default=True, help_text="Apps may ask for the mail with a link and a code."
                            ),
                        ),
                        (
                            "mails_per_hour",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="Recovery messages that one account gets in an hour at most, by its own asking.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(20),
                                ],
                            ),
                        ),
                        (
                            "mails_per_day",
                            models.PositiveSmallIntegerField(
                                default=8,
                                help_text="Recovery messages that one account gets in a day; beyond, one an hour still goes.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                            ),
                        ),
                        (
                            "caller_check",
                            models.CharField(
                                choices=[
                                    ("off", "Off"),
                                    ("recommended", "Recommended: the page offers it, an operator may go on without"),
                                    ("required", "Required: no reset without it"),
                                ],
                                default="off",
                                help_text="Before a reset, a code goes to a stored address or number and the caller reads it out.",
                                max_length=11,
                            ),
                        ),
                        (
                            "second_operator",
                            models.CharField(
                                choices=[
                                    ("off", "Nobody's"),
                                    ("marked", "Those of people who are marked"),
                                    ("all", "Everybody's"),
                                ],
                                default="off",
                                help_text="Whose resets a second operator must approve within an hour.",
                                max_length=6,
                            ),
                        ),
                        (
                            "require_second_factor",
                            models.BooleanField(
                                default=False,
                                help_text="Operators sign in with a second factor: a passkey or an authenticator app.",
                            ),
                        ),
                        (
                            "resets_per_hour",
                            models.PositiveSmallIntegerField(
                                default=20,
                                help_text="Resets that one operator may start in an hour.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(1000),
                                ],
                            ),
                        ),
                        (
                            "resets_per_day",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="Resets that one operator may start in a day.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(10000),
                                ],
                            ),
                        ),
                        (
                            "desktop_app_url",
                            models.CharField(
                                blank=True,
                                help_text="Where the desktop app is opened: a host name or an IP address.",
                                max_length=200,
                            ),
                        ),
                        (
                            "phone_app_url",
                            models.CharField(
                                blank=True,
                                help_text="Where the phone app is opened: a host name or an IP address.",
                                max_length=200,
                            ),
                        ),
                        (
                            "accent_colour",
                            models.CharField(
                                blank=True,
                                help_text="Colour of buttons and links, as #rrggbb; empty: Keyturn's.",
                                max_length=7,
                            ),
                        ),
                        ("logo", models.BinaryField(blank=True, null=True)),
                        ("logo_type", models.CharField(blank=True, max_length=20)),
                        (
                            "keep_requests_days",
                            models.PositiveSmallIntegerField(
                                default=365,
                                help_text="Days that the request log is kept.",
                                validators=[
                                    django.core.validators.MinValueValidator(7),
                                    django.core.validators.MaxValueValidator(3650),
                                ],
                            ),
                        ),
                        (
                            "keep_messages_days",
                            models.PositiveSmallIntegerField(
                                default=90,
                                help_text="Days that the delivery log is kept; what a message said is destroyed when it is sent.",
                                validators=[
                                    django.core.validators.MinValueValidator(7),
                                    django.core.validators.MaxValueValidator(3650),
                                ],
                            ),
                        ),
                        (
                            "keep_audit_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Days that audit events are kept; 0: for ever.",
                                validators=[django.core.validators.MaxValueValidator(7300)],
                            ),
                        ),
                        (
                            "environment_name",
                            models.CharField(
                                blank=True,
                                help_text="What people call this installation of yours; messages borrow it as !ENVIRONMENT!.",
                                max_length=60,
                            ),
                        ),
                        (
                            "pin_sign_up",
                            models.CharField(
                                choices=[("off", "Off"), ("web", "Web only"), ("all", "All clients (web and API)")],
                                default="off",
                                help_text="Where somebody who was given a PIN code may make themselves a user.",
                                max_length=3,
                            ),
                        ),
                        (
                            "pin_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="Days that a new PIN code works, unless whoever issues it says otherwise.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(365),
                                ],
                            ),
                        ),
                        (
                            "sms_price",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="What one text message costs, in hundredths of your currency; 0: not told. Layouts show it.",
                            ),
                        ),
                        (
                            "watch_minutes",
                            models.PositiveSmallIntegerField(
                                default=30,
                                help_text="Minutes between two checks of a mailbox's password.",
                                validators=[
                                    django.core.validators.MinValueValidator(5),
                                    django.core.validators.MaxValueValidator(1440),
                                ],
                            ),
                        ),
                        (
                            "watch_refusals",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="Refusals in a row after which a mailbox is suspended and its owner told.",
                                validators=[
                                    django.core.validators.MinValueValidator(2),
                                    django.core.validators.MaxValueValidator(10),
                                ],
                            ),
                        ),
                        (
                            "hand_on_key",
                            models.CharField(
                                blank=True,
                                help_text="Public key (X25519, base64) to which mended passwords are sealed for your own software.",
                                max_length=64,
                            ),
                        ),
                        ("settings_version", models.PositiveIntegerField(default=0, editable=False)),
                    ],
                ),
                migrations.CreateModel(
                    name="TenantHost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("host", models.CharField(max_length=253, unique=True)),
                        (
                            "tenant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="hosts", to="tenants.tenant"
                            ),
                        ),
                    ],
                ),
            ]
        )
    ]
