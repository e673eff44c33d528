"""Mailboxes from CSV files: which columns there are, and what a row says about a mailbox.

The first line names the columns: the owner's identifier, host and username, and any of the others. A row whose owner
has a mailbox of that name changes it; an empty cell leaves things as they are. A password counts where none is kept
for the place: one that was mended since is not set back.
"""

from dataclasses import dataclass, field, replace

from keyturn.monitoring import describing, mailboxes
from keyturn.monitoring.describing import MailboxRefused, New
from keyturn.monitoring.mailbox.place import Method, Protocol, Tls
from keyturn.monitoring.models import Mailbox
from keyturn.people import identifiers, importing
from keyturn.people.importing import Row
from keyturn.people.models import Person

SECRET = "password"  # noqa: S105 -- the name of a column
COLUMNS = (
    *"identifier name protocol host port tls username method".split(),
    SECRET,
    *"sending_host sending_port sending_tls".split(),
)
_NEEDED = ("identifier", "host", "username")
_USUAL = {"protocol": Protocol.IMAP, "tls": Tls.IMPLICIT, "method": Method.PASSWORD, "sending_tls": Tls.IMPLICIT}
_TEXTS = ("host", "username", "protocol", "tls", "method", "sending_host", "sending_tls")


def read(raw: bytes) -> list[Row]:
    """The rows of a file, broken ones included; raises FileRefused."""
    return importing.rows(raw, COLUMNS, _NEEDED, verbatim=(SECRET,))


def name_of(row: Row) -> str:
    """What the mailbox of a row is called: its user name, where the row says nothing else. Raises MailboxRefused."""
    return describing.named(row.cells.get("name") or row.cells.get("username", ""))


@dataclass
class Seen:
    """What the rows before have claimed: two rows of one file may not be about the same mailbox."""

    claimed: set[tuple[str, str]] = field(default_factory=set)

    def claim(self, row: Row) -> bool:
        """Remember what this row is about; False where a row before is about the same."""
        try:
            wanted = identifiers.key(row.cells.get("identifier", "")), name_of(row)
        except (identifiers.IdentifierRefused, MailboxRefused):
            return True  # refused elsewhere, by its own reason
        is_new = wanted not in self.claimed
        self.claimed.add(wanted)
        return is_new


def described(row: Row, owner: Person, known: Mailbox | None, secret: str) -> New:
    """A row as a description; what it leaves open is as it is on record, or usual. Raises MailboxRefused."""
    kept = {name: getattr(known, name) for name in _TEXTS} if known else {}
    said = {name: row.cells.get(name) or kept.get(name) or _USUAL.get(name, "") for name in _TEXTS}
    sending_port = _port(row, "sending_port", known, said) if said["sending_host"] else 0
    new = New(
        person_id=owner.pk, name=name_of(row), port=_port(row, "port", known, said), sending_port=sending_port, **said
    )
    if known is None or known.sealed is None:
        return _with(new, secret)
    if not mailboxes.wipes(known, new):
        return new
    if not secret:
        raise MailboxRefused("would_wipe", SECRET)
    return _with(new, secret)


def _with(new: New, secret: str) -> New:
    typed = describing.as_typed(secret, new.method)
    return replace(new, secret=describing.checked_secret(new, typed) if typed else "")


def _port(row: Row, name: str, known: Mailbox | None, said: dict[str, str]) -> int:
    """The one that is written; where nothing is, the one on record, unless what is spoken there changes."""
    written = row.cells.get(name, "")
    if written:
        if not (written.isascii() and written.isdigit() and len(written) <= 5):
            raise MailboxRefused("not_a_port", name)
        return int(written)
    prefix = "sending_" if name == "sending_port" else ""
    protocol = Protocol.SMTP if prefix else said["protocol"]
    is_same = known is not None and all(said[one] == getattr(known, one) for one in (f"{prefix}tls", "protocol"))
    kept = getattr(known, name) if known is not None and is_same else 0
    return kept or describing.usual_port(protocol, said[f"{prefix}tls"])
