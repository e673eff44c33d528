"""Tenants, their host names, and every switch a tenant has. A switch is a column with a sentence of help."""

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Disclosure(models.TextChoices):
    """How much the pages tell somebody who has proven nothing."""

    UNIFORM = "uniform", _("Uniform: the same words for everybody")
    KNOWN_DEVICE = "known_device", _("Known device: a masked address on devices that signed in before")
    DISCLOSED = "disclosed", _("Disclosed: anybody can find out who has an account")


class PasswordPreset(models.TextChoices):
    """Ready-made sets of password requirements."""

    STANDARD = "standard", _("Standard: 12 characters, acceptable strength")
    CLASSIC = (
        "classic",
        _("Classic: a capital, a number and a special character (contrary to NIST SP 800-63B-4)"),
    )
    STRICT = "strict", _("Strict: 15 characters (NIST SP 800-63B-4)")


class Demand(models.TextChoices):
    """How firmly operators are asked to check who is calling."""

    OFF = "off", _("Off")
    RECOMMENDED = "recommended", _("Recommended: the page offers it, an operator may go on without")
    REQUIRED = "required", _("Required: no reset without it")


class SecondOperator(models.TextChoices):
    """Whose resets need the word of another operator."""

    OFF = "off", _("Nobody's")
    MARKED = "marked", _("Those of people who are marked")
    ALL = "all", _("Everybody's")


class PinSignUp(models.TextChoices):
    """Where somebody with a PIN code may make themselves a user (M2.1)."""

    OFF = "off", _("Off")
    WEB = "web", _("Web only")
    ALL = "all", _("All clients (web and API)")


class Tenant(models.Model):
    """An organization: the wall between customers."""

    ACTIVE, SUSPENDED = "active", "suspended"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    status = models.CharField(max_length=10, default=ACTIVE, choices=[(ACTIVE, "active"), (SUSPENDED, "suspended")])
    public_url = models.CharField(max_length=200, help_text=_("Every link in a message begins with this."))
    support_contact = models.CharField(
        max_length=200,
        blank=True,
        help_text=_("Where a person turns who needs a human; stands in every message."),
    )
    language = models.CharField(max_length=8, default="en", choices=[("en", "English"), ("es", "Español")])
    phone_region = models.CharField(
        max_length=2, default="US", help_text=_("Country of numbers typed without a country code.")
    )

    allow_mobile_password_reset = models.BooleanField(
        default=False,
        help_text=_("Mobile apps may ask for a temporary password; each person has a switch, too."),
    )
    allow_password_reset_via_email = models.BooleanField(
        default=True, help_text=_("People may ask for a mail with a link and a code.")
    )
    allow_manual_entry = models.BooleanField(
        default=False,
        help_text=_("Operators may type a password for a person. Off, the choice does not exist."),
    )
    manual_entry_always_temporary = models.BooleanField(
        default=True, help_text=_("A password typed by an operator must be replaced at the next sign-in.")
    )
    ticket_expiration_minutes = models.PositiveSmallIntegerField(
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("How long links, codes and temporary passwords live; what goes by SMS, 10 minutes at most."),
    )
    disclosure = models.CharField(
        max_length=12,
        default=Disclosure.UNIFORM,
        choices=Disclosure.choices,
        help_text=_("What the recovery pages tell somebody who has proven nothing."),
    )
    identifier_pattern = models.CharField(
        max_length=200,
        blank=True,
        help_text=_("A regular expression that user names match; empty: any user name or email address."),
    )
    password_preset = models.CharField(
        max_length=10,
        default=PasswordPreset.STANDARD,
        choices=PasswordPreset.choices,
        help_text=_("The requirements that a new password must meet."),
    )
    password_min_length = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(8), MaxValueValidator(64)],
        help_text=_("Characters a password needs at least, where it should differ from the preset."),
    )
    password_words = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Words that make a password guessable here: the company, its products."),
    )
    leaked_password_service = models.BooleanField(
        default=False,
        help_text=_("Also ask the public range service about leaked passwords; five hex digits of a hash leave."),
    )
    fresh_address_hours = models.PositiveSmallIntegerField(
        default=24,
        validators=[MaxValueValidator(168)],
        help_text=_("An address that a person changed is not used for recovery for so many hours."),
    )
    sms_per_day = models.PositiveIntegerField(default=100, help_text=_("Text messages sent in a day at most."))
    web_session_hours = models.PositiveSmallIntegerField(
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=_("After so many hours a browser must sign in again."),
    )
    api_session_days = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("After so many days an app must sign in again."),
    )
    allow_link_on_portal = models.BooleanField(
        default=True, help_text=_("The web pages offer the mail with a link and a code.")
    )
    allow_link_in_api = models.BooleanField(
        default=True, help_text=_("Apps may ask for the mail with a link and a code.")
    )
    mails_per_hour = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Recovery messages that one account gets in an hour at most, by its own asking."),
    )
    mails_per_day = models.PositiveSmallIntegerField(
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Recovery messages that one account gets in a day; beyond, one an hour still goes."),
    )
    caller_check = models.CharField(
        max_length=11,
        default=Demand.OFF,
        choices=Demand.choices,
        help_text=_("Before a reset, a code goes to a stored address or number and the caller reads it out."),
    )
    second_operator = models.CharField(
        max_length=6,
        default=SecondOperator.OFF,
        choices=SecondOperator.choices,
        help_text=_("Whose resets a second operator must approve within an hour."),
    )
    require_second_factor = models.BooleanField(
        default=False, help_text=_("Operators sign in with a second factor: a passkey or an authenticator app.")
    )
    resets_per_hour = models.PositiveSmallIntegerField(
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Resets that one operator may start in an hour."),
    )
    resets_per_day = models.PositiveSmallIntegerField(
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(10000)],
        help_text=_("Resets that one operator may start in a day."),
    )
    desktop_app_url = models.CharField(
        max_length=200, blank=True, help_text=_("Where the desktop app is opened: a host name or an IP address.")
    )
    phone_app_url = models.CharField(
        max_length=200, blank=True, help_text=_("Where the phone app is opened: a host name or an IP address.")
    )
    accent_colour = models.CharField(
        max_length=7, blank=True, help_text=_("Colour of buttons and links, as #rrggbb; empty: Keyturn's.")
    )
    logo = models.BinaryField(null=True, blank=True)
    logo_type = models.CharField(max_length=20, blank=True)
    keep_requests_days = models.PositiveSmallIntegerField(
        default=365,
        validators=[MinValueValidator(7), MaxValueValidator(3650)],
        help_text=_("Days that the request log is kept."),
    )
    keep_messages_days = models.PositiveSmallIntegerField(
        default=90,
        validators=[MinValueValidator(7), MaxValueValidator(3650)],
        help_text=_("Days that the delivery log is kept; what a message said is destroyed when it is sent."),
    )
    keep_audit_days = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(7300)],
        help_text=_("Days that audit events are kept; 0: for ever."),
    )
    environment_name = models.CharField(
        max_length=60,
        blank=True,
        help_text=_("What people call this installation of yours; messages borrow it as !ENVIRONMENT!."),
    )
    pin_sign_up = models.CharField(
        max_length=3,
        default=PinSignUp.OFF,
        choices=PinSignUp.choices,
        help_text=_("Where somebody who was given a PIN code may make themselves a user."),
    )
    pin_days = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Days that a new PIN code works, unless whoever issues it says otherwise."),
    )
    sms_price = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("What one text message costs, in hundredths of your currency; 0: not told. Layouts show it."),
    )
    watch_minutes = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("Minutes between two checks of a mailbox's password."),
    )
    watch_refusals = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(2), MaxValueValidator(10)],
        help_text=_("Refusals in a row after which a mailbox is suspended and its owner told."),
    )
    hand_on_key = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("Public key (X25519, base64) to which mended passwords are sealed for your own software."),
    )
    settings_version = models.PositiveIntegerField(default=0, editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Whether anything at all may happen in this tenant."""
        return self.status == self.ACTIVE


class TenantHost(models.Model):
    """A host name under which a tenant's pages are reached; unique in the installation, without a port."""

    host = models.CharField(max_length=253, unique=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="hosts")

    def __str__(self) -> str:
        return self.host
