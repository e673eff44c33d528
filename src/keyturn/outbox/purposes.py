"""Why Keyturn writes to people: every purpose, what it must say, and the items its text may borrow.

A caller gives the values in `required` and `told`; the outbox itself knows the rest (KNOWN).
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from keyturn.outbox.merge import MergeItem

RECOVERY_LINK = "recovery_link"
TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 -- a purpose's name
TEMPORARY_PASSWORD_UNDELIVERED = "temporary_password_undelivered"  # noqa: S105 -- a purpose's name
PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- a purpose's name
ADDRESS_CHANGED = "address_changed"
CALLER_CHECK = "caller_check"
RESET_BY_OPERATOR = "reset_by_operator"
PIN_CODE = "pin_code"
PASSWORD_NEW = "password_new"  # noqa: S105 -- a purpose's name
SIGN_UP_TAKEN = "sign_up_taken"
OPERATOR_WELCOME = "operator_welcome"
MAILBOX_REFUSED = "mailbox_refused"
MAILBOX_REMINDER = "mailbox_reminder"
HOST_TROUBLE = "host_trouble"

SMS_LIFETIME = timedelta(minutes=10)  # NIST SP 800-63B-4 §4.2.1.2: at most, for what goes to a phone
NOTICE_LIFETIME = timedelta(days=2)  # how long a message without a secret is worth delivering

ITEMS = {
    item.name: item
    for item in (
        MergeItem("LINK", _("The link that opens the page for a new password"), "link"),
        MergeItem("CODE", _("The six digits to type there, or to read out"), "secret"),
        MergeItem("PASSWORD", _("The temporary password"), "secret"),
        MergeItem("PINCODE", _("The PIN code"), "secret"),
        MergeItem("SIGN_UP_LINK", _("The address of the page where a PIN code makes a user"), "link"),
        MergeItem("MAILBOX_LINK", _("The link that opens the page for a mailbox's new password"), "link"),
        MergeItem("MAILBOX", _("The name of the mailbox whose password is refused")),
        MergeItem("MAIL_SERVERS", _("The mail servers at which many mailboxes fail together")),
        MergeItem("MAILBOXES_LINK", _("The address of the list of mailboxes in the console"), "link"),
        MergeItem("OWNER", _("The name of the person whose PIN code it is")),
        MergeItem("USERNAME", _("The user name to sign in with")),
        MergeItem("OPERATORS", _("The user names of the operators who did it")),
        MergeItem("PERSON_NAME", _("The person's name")),
        MergeItem("TENANT", _("The organization's name")),
        MergeItem("ENVIRONMENT", _("The environment's name, or the organization's where it has none")),
        MergeItem("SUPPORT", _("Where a person turns who needs a human")),
        MergeItem("SIGN_IN_LINK", _("The address of the sign-in page"), "link"),
        MergeItem("EXPIRES_MINUTES", _("For how many minutes after it was asked for the secret works")),
        MergeItem("WHEN", _("The moment of what is reported, in UTC")),
    )
}
KNOWN = frozenset({"PERSON_NAME", "TENANT", "ENVIRONMENT", "SUPPORT", "SIGN_IN_LINK", "EXPIRES_MINUTES", "WHEN"})


@dataclass(frozen=True)
class Purpose:
    """One reason to write. `required` items carry the secret, so a purpose without any holds none; a caller gives
    the items in `told` as well, which are none. One that is `to_anybody` may go to an address on nobody's record. One
    that does not `work alone` is worth nothing without another secret, and may live longer in a text message."""

    name: str
    required: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset({"email", "sms"})
    to_anybody: bool = False
    works_alone: bool = True

    @property
    def holds_secret(self) -> bool:
        """Whether its messages must not outlive what they carry."""
        return bool(self.required)

    @property
    def allowed(self) -> frozenset[str]:
        """Every item that a layout for this purpose may borrow."""
        return self.required | self.told | KNOWN

    @property
    def given(self) -> frozenset[str]:
        """Every item that the caller must give, and no other."""
        return self.required | self.told


PURPOSES = {
    purpose.name: purpose
    for purpose in (
        Purpose(RECOVERY_LINK, required=frozenset({"LINK", "CODE"}), channels=frozenset({"email"})),
        Purpose(TEMPORARY_PASSWORD, required=frozenset({"PASSWORD"})),
        Purpose(TEMPORARY_PASSWORD_UNDELIVERED),
        Purpose(PASSWORD_CHANGED),
        Purpose(ADDRESS_CHANGED),
        Purpose(CALLER_CHECK, required=frozenset({"CODE"})),
        Purpose(RESET_BY_OPERATOR, told=frozenset({"OPERATORS"})),
        Purpose(
            PIN_CODE,
            required=frozenset({"PINCODE"}),
            told=frozenset({"SIGN_UP_LINK", "OWNER"}),
            channels=frozenset({"email"}),
            to_anybody=True,
        ),
        Purpose(
            PASSWORD_NEW,
            required=frozenset({"PASSWORD"}),
            told=frozenset({"USERNAME"}),
            channels=frozenset({"email"}),
        ),
        Purpose(
            OPERATOR_WELCOME,
            required=frozenset({"LINK"}),
            told=frozenset({"USERNAME"}),
            channels=frozenset({"email"}),
            to_anybody=True,
        ),
        Purpose(
            MAILBOX_REFUSED, required=frozenset({"MAILBOX_LINK"}), told=frozenset({"MAILBOX"}), works_alone=False
        ),
        Purpose(
            MAILBOX_REMINDER, required=frozenset({"MAILBOX_LINK"}), told=frozenset({"MAILBOX"}), works_alone=False
        ),
        Purpose(
            HOST_TROUBLE,
            told=frozenset({"MAIL_SERVERS", "MAILBOXES_LINK"}),
            channels=frozenset({"email"}),
            to_anybody=True,
        ),
        Purpose(SIGN_UP_TAKEN, channels=frozenset({"email"}), to_anybody=True),
    )
}
