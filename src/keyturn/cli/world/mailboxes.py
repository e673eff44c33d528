"""The mailboxes of a person in a world file: understood by the rules of every mailbox, found again by their names."""

from datetime import datetime

from keyturn.cli.world.complaints import Complaint, WorldRefused
from keyturn.cli.world.fields import Fields
from keyturn.cli.world.plans import MailboxPlan, Place
from keyturn.cli.world.texts import line_of, password_of
from keyturn.lib import text
from keyturn.lib.edits import Seen
from keyturn.monitoring import describing, mailboxes, sealing
from keyturn.monitoring.mailbox.place import Method, Protocol, Tls
from keyturn.monitoring.mailboxes import MailboxRefused, New
from keyturn.monitoring.models import Mailbox
from keyturn.people.changes import OWNER
from keyturn.people.models import Person

_SENTENCES = {
    "not_a_host": "is no host name and no address",
    "not_a_token": "is no token: signs of an English keyboard without blanks",
    "repeated": "stands here twice",
    "control_character": "has a character that cannot be seen",
    "empty": "is missing",
}


def of_person(fields: Fields) -> tuple[MailboxPlan, ...]:
    """A person's mailboxes; a name may stand there once."""
    found = [_mailbox(one) for one in fields.each("mailboxes")]
    seen: set[str] = set()
    for number, plan in enumerate(found):
        if plan.name in seen:
            fields.complain(f"mailboxes[{number}].name", _SENTENCES["repeated"], plan.place.line)
        seen.add(plan.name)
    return tuple(found)


def put(plans: tuple[MailboxPlan, ...], person: Person, now: datetime) -> None:
    """Add and change what the file says; what it does not mention stays. Raises WorldRefused.

    A password counts where none is kept for the place; one that was mended since is not set back.
    """
    if not plans:
        return
    there = {row.name: row for row in Mailbox.objects.filter(person=person)}
    for plan in plans:
        try:
            _put(plan, person, there.get(plan.name), now)
        except MailboxRefused as refused:
            raise WorldRefused(_complaint(plan, refused)) from None


def _put(plan: MailboxPlan, person: Person, row: Mailbox | None, now: datetime) -> None:
    place = plan.columns | {"host": text.ascii_lowered(plan.columns["host"])}
    is_kept = row is not None and row.sealed is not None
    is_here = is_kept and all(getattr(row, name) == place[name] for name in sealing.PLACE)
    new = New(person_id=person.pk, name=plan.name, secret="" if is_here else plan.password, **place)
    if row is None:
        mailboxes.add(new, now, actor=OWNER)
    else:
        mailboxes.change(Seen(row, row.version), new, now, actor=OWNER)


def _complaint(plan: MailboxPlan, refused: MailboxRefused) -> Complaint:
    field = "password" if refused.field == "secret" else refused.field
    sentence = _SENTENCES.get(refused.reason, f"cannot be taken: {refused.reason}")
    return Complaint(plan.place.line, f"{plan.place.path}.{field}", sentence)


def _mailbox(fields: Fields) -> MailboxPlan:
    username = line_of(fields, "username", 254, required=True)
    protocol = fields.word("protocol", (Protocol.IMAP, Protocol.POP3), default=Protocol.IMAP)
    tls = _tls(fields, "tls")
    sending_host = line_of(fields, "sending_host", 253)
    return MailboxPlan(
        place=Place(fields.node.line, fields.path),
        name=line_of(fields, "name", 100) or username,
        columns={
            "protocol": protocol,
            "host": line_of(fields, "host", 253, required=True),
            "port": _port(fields, "port", describing.usual_port(protocol, tls)),
            "tls": tls,
            "username": username,
            "method": fields.word("method", tuple(Method), default=Method.PASSWORD),
            "sending_host": text.ascii_lowered(sending_host),
            "sending_port": _port(fields, "sending_port", 465) if sending_host else 0,
            "sending_tls": _tls(fields, "sending_tls") if sending_host else "",
        },
        password=password_of(fields),
    )


def _tls(fields: Fields, name: str) -> str:
    return fields.word(name, (Tls.NONE, Tls.STARTTLS, Tls.IMPLICIT), default=Tls.IMPLICIT)


def _port(fields: Fields, name: str, usual: int) -> int:
    port = fields.number(name, default=usual)
    if not 1 <= port <= 65535:
        fields.complain(name, "must be a number from 1 to 65535")
    return port
