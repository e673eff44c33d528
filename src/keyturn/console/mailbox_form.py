"""The form of a mailbox: its fields, filled from one on record, and what was typed as a description of one."""

from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyturn.console.row_form import CHECK, CHOICE, SECRET, RowForm, Spec
from keyturn.console.settings_form import NUMBER
from keyturn.monitoring import describing
from keyturn.monitoring.describing import MailboxRefused, New
from keyturn.monitoring.mailbox.place import Protocol
from keyturn.monitoring.models import Mailbox

WITHOUT = "without"  # the tick that saves a mailbox whose password would be wiped
SENDING = ("sending_host", "sending_port", "sending_tls")
BESIDE = {"secret", WITHOUT}  # fields that say nothing of what is on record

_TLS = {"implicit": "TLS", "starttls": "STARTTLS", "none": _("None: only in networks that the installation opens")}
_METHODS = {"password": _("Password"), "xoauth2": _("OAuth token (XOAUTH2)")}
_PORT = _("Empty: the usual one.")
_WIPES = _(
    "The password that is kept was for another protocol, server, port, protection, user name or kind, so saving "
    "wipes it. Type the password again, or tick below."
)
FIELDS = (
    Spec("name", _("Account"), _("As its owner knows it, like “Work mail”."), longest=100),
    Spec("protocol", _("Protocol"), "", CHOICE, choices={"imap": "IMAP", "pop3": "POP3"}),
    Spec("host", _("Server"), _("Host name or IP address."), longest=253),
    Spec("port", _("Port"), _PORT, NUMBER, longest=5),
    Spec("tls", _("Protection"), "", CHOICE, choices=_TLS),
    Spec("username", _("User name"), _("As the server knows it, often the email address."), longest=320),
    Spec("method", _("Kind of secret"), "", CHOICE, choices=_METHODS),
    Spec("secret", _("Password"), _("It is kept sealed and never shown again."), SECRET, longest=16_384),
    Spec(WITHOUT, _("Save without a password"), _("Nothing is checked until its owner gives one."), CHECK),
    Spec(SENDING[0], _("Sending server"), _("Empty: only the receiving side is checked."), longest=253),
    Spec(SENDING[1], _("Sending port"), _PORT, NUMBER, longest=5),
    Spec(SENDING[2], _("Protection when sending"), "", CHOICE, choices=_TLS),
)
_USUAL = {"protocol": "imap", "tls": "implicit", "method": "password", "sending_tls": "implicit"}
_LINES = ("name", "protocol", "host", "tls", "username", "method", "sending_host", "sending_tls")


class MailboxForm(RowForm):
    """Filled from a mailbox, or for a new one from nothing, or from what was sent."""

    def __init__(self, mailbox: Mailbox | None = None, posted: QueryDict | None = None):
        super().__init__(FIELDS, values_of(mailbox), posted)

    def described(self, person_id: UUID) -> New:
        """What was typed; raises MailboxRefused."""
        typed = {name: self.text(name).strip() for name in _LINES}
        port = self._port("port", typed["protocol"], typed["tls"])
        sends = bool(typed["sending_host"])
        sending_port = self._port("sending_port", Protocol.SMTP, typed["sending_tls"]) if sends else 0
        secret = describing.as_typed(self.text("secret"), typed["method"])
        return New(person_id=person_id, port=port, sending_port=sending_port, secret=secret, **typed)

    def ask_before_wiping(self) -> bool:
        """Whether saving must wait for a word about the password that it wipes; said at its field."""
        if self.text(WITHOUT) == "on":
            return False
        self.refuse("secret", _WIPES)
        return True

    def _port(self, name: str, protocol: str, tls: str) -> int:
        typed = self.text(name).strip()
        if not typed:
            return describing.usual_port(protocol, tls)
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 5):
            raise MailboxRefused("not_a_port", name)
        return int(typed)


def values_of(mailbox: Mailbox | None) -> dict[str, Any]:
    """What stands in the fields at first, the password never among it."""
    if mailbox is None:
        return _USUAL
    kept = {spec.name: getattr(mailbox, spec.name) for spec in FIELDS if spec.name not in BESIDE}
    return {"version": mailbox.version} | _USUAL | {name: value for name, value in kept.items() if value}
