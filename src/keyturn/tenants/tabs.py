"""The settings of a tenant as operators find them: which stands in which tab, what it is called, what a choice costs.

What a setting does is said once, in the help of its column (tenants/models). The console's forms and docs/console.md
are made from both; a test asks that every column of a tenant is here or in NOT_SETTINGS.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.tenants.models import Disclosure, PasswordPreset, PinSignUp, Tenant

Sentence = str | Promise

NOT_SETTINGS = {"id", "slug", "status", "public_url", "settings_version", "logo", "logo_type"}


@dataclass(frozen=True)
class Beside:
    """Another tab that a setting leads to: its name, and what one finds there."""

    tab: str
    words: Sentence


@dataclass(frozen=True)
class Setting:
    """One column. `costs` says of each choice, in one sentence, what it gives away."""

    name: str
    label: Sentence
    costs: Mapping[str, Sentence] = field(default_factory=dict)
    beside: Beside | None = None

    @property
    def column(self) -> models.Field:
        """The column behind it, whose help says what it does."""
        return Tenant._meta.get_field(self.name)


@dataclass(frozen=True)
class Tab:
    """What belongs together. `about` says so in one sentence; a tab without settings lists rows of its own."""

    name: str
    title: Sentence
    about: Sentence
    settings: tuple[Setting, ...] = ()


_DISCLOSURE_COSTS = {
    Disclosure.UNIFORM: _("Costs: somebody who mistypes a user name waits for a mail that never comes."),
    Disclosure.KNOWN_DEVICE: _(
        "Costs: whoever uses a device on which somebody signed in before sees the outline of that person's address."
    ),
    Disclosure.DISCLOSED: _(
        "Costs: anybody in the world can find out who has an account here, and the outline of their address."
    ),
}
_PRESET_COSTS = {
    PasswordPreset.STANDARD: _("Costs: nothing that guessing could use; twelve signs of acceptable strength."),
    PasswordPreset.CLASSIC: _("Costs: people satisfy such rules with “Password1!”, and forget it sooner."),
    PasswordPreset.STRICT: _("Costs: three more signs to type."),
}
_MAIL_SETTINGS = Beside("mail", _("Mail settings for resets and for new users' temporary passwords"))
_PIN_COSTS = {
    PinSignUp.OFF: _("Costs: every new person is put on record by an operator, a file or a program of yours."),
    PinSignUp.WEB: _(
        "Costs: whoever learns a PIN becomes a user with its owner's rights, less what is never passed on."
    ),
    PinSignUp.ALL: _("Costs: the same, and programs can send PINs, too. Wrong ones are counted together."),
}

TABS = (
    Tab(
        "recovery",
        _("Recovery"),
        _("Who gets back in by themselves, how, and how often."),
        (
            Setting("allow_password_reset_via_email", _("Allow password reset via email"), beside=_MAIL_SETTINGS),
            Setting("allow_link_on_portal", _("Offer it on the web pages")),
            Setting("allow_link_in_api", _("Offer it to apps")),
            Setting("allow_mobile_password_reset", _("Allow mobile password reset")),
            Setting("ticket_expiration_minutes", _("Password ticket expiration delay, in minutes")),
            Setting("disclosure", _("What strangers can find out"), _DISCLOSURE_COSTS),
            Setting("identifier_pattern", _("Pattern of user names")),
            Setting("fresh_address_hours", _("Hours before a changed address counts")),
            Setting("mails_per_hour", _("Recovery messages in an hour")),
            Setting("mails_per_day", _("Recovery messages in a day")),
            Setting("web_session_hours", _("Hours that a browser stays signed in")),
            Setting("api_session_days", _("Days that an app stays signed in")),
        ),
    ),
    Tab(
        "passwords",
        _("Passwords"),
        _("What a new password must have, whoever chooses it."),
        (
            Setting("password_preset", _("Requirements"), _PRESET_COSTS),
            Setting("password_min_length", _("Least number of characters")),
            Setting("password_words", _("Words that are easy to guess here")),
            Setting("leaked_password_service", _("Ask a service about leaked passwords")),
        ),
    ),
    Tab(
        "manual-entry",
        _("Manual entry and caller check"),
        _("What operators may do for a person on the telephone, and how they make sure who is calling."),
        (
            Setting("allow_manual_entry", _("Allow manual entry")),
            Setting("manual_entry_always_temporary", _("Always temporary")),
            Setting("caller_check", _("Caller check")),
            Setting("second_operator", _("Second operator")),
            Setting("resets_per_hour", _("Resets of one operator in an hour")),
            Setting("resets_per_day", _("Resets of one operator in a day")),
        ),
    ),
    Tab(
        "pin-codes",
        _("PIN codes"),
        _("Whether people of yours may let others in, and for how long what they hand out works."),
        (
            Setting("pin_sign_up", _("PIN code user creation"), _PIN_COSTS),
            Setting("pin_days", _("Days that a PIN code works")),
        ),
    ),
    Tab(
        "rights",
        _("Rights"),
        _("What your programs let people do: permissions, which programs read by their keys, and bundles of them."),
    ),
    Tab(
        "mailboxes",
        _("Mailboxes"),
        _("How often mailbox passwords are checked, and who hears of one that stopped working."),
        (
            Setting("watch_minutes", _("Minutes between two checks")),
            Setting("watch_refusals", _("Refusals before a mailbox is suspended")),
            Setting("hand_on_key", _("Public key of your software")),
        ),
    ),
    Tab(
        "notification-rules",
        _("Notification rules"),
        _("What people are told of without asking, and by which channel."),
    ),
    Tab(
        "mail",
        _("Mail"),
        _("What resets, new users' temporary passwords and every other message go out by, tried in this order."),
    ),
    Tab("locations", _("Locations"), _("Places of yours that write from mail servers of their own.")),
    Tab("layouts", _("Layouts"), _("Messages in your own words: for each kind of message, channel and language.")),
    Tab(
        "variables",
        _("Variables"),
        _("Which layout each kind of message goes out by. A variable without one stands for Keyturn's own words."),
    ),
    Tab(
        "sms",
        _("SMS"),
        _("How text messages reach people: carriers' gateways, or a provider that is asked over HTTP."),
        (
            Setting("sms_per_day", _("Text messages in a day")),
            Setting("sms_price", _("Price of a text message")),
            Setting("phone_region", _("Country of numbers")),
        ),
    ),
    Tab(
        "addresses",
        _("Addresses"),
        _("Where people find your apps, and which telephone numbers lead here."),
        (
            Setting("desktop_app_url", _("Desktop app")),
            Setting("phone_app_url", _("Phone app")),
        ),
    ),
    Tab(
        "looks",
        _("Looks"),
        _("What people see of you on their pages and in their messages."),
        (
            Setting("name", _("Name")),
            Setting("environment_name", _("Environment name")),
            Setting("support_contact", _("Support contact")),
            Setting("language", _("Language")),
            Setting("accent_colour", _("Colour")),
        ),
    ),
    Tab(
        "retention",
        _("Retention"),
        _("How long what happened stays on record."),
        (
            Setting("keep_requests_days", _("Request log, in days")),
            Setting("keep_messages_days", _("Delivery log, in days")),
            Setting("keep_audit_days", _("Audit, in days")),
        ),
    ),
    Tab("api-keys", _("API keys"), _("What programs of yours may ask of Keyturn, each with a key of its own.")),
    Tab(
        "operators",
        _("Operators"),
        _("How staff sign in to this console."),
        (Setting("require_second_factor", _("Require a second factor")),),
    ),
)
SETTINGS = {setting.name: setting for tab in TABS for setting in tab.settings}


def tab_of(name: str) -> Tab | None:
    """The tab of this name."""
    return next((tab for tab in TABS if tab.name == name), None)
