"""What the tests of delivering and of SMTP do again and again."""

from dataclasses import replace
from datetime import UTC, datetime

from keyturn.outbox import deliver
from keyturn.outbox.models import Message
from keyturn.outbox.transports import Smtp
from keyturn.outbox.transports.base import Outgoing
from keyturn.outbox.transports.server import Server
from tests.mailserver import MailServer

PASSWORD = "correct-horse"
OUTGOING = Outgoing(
    to="mara@movers.example",
    subject="Reset",
    text="Type this code:\n\n048213\n",
    html="",
    header_id="<0123@movers.example>",
    written_at=datetime(2026, 11, 21, tzinfo=UTC),
    sender_name="Movers",
    sender_host="movers.example",
)


def deliver_all() -> None:
    """Let the worker deliver until nothing is due."""
    with_nothing_left = 50
    while deliver.step():
        with_nothing_left -= 1
        assert with_nothing_left, "the queue does not come to rest"


def row(message: Message) -> Message:
    """The message as it stands in the database now."""
    return Message.objects.get(pk=message.pk)


def smtp(server: MailServer, **changes: str) -> Smtp:
    """A client of this server."""
    return Smtp(replace(Server("real", "127.0.0.1", server.port, server.tls), **changes))


def signed_in(server: MailServer) -> Smtp:
    """A client that has credentials to lose."""
    return smtp(server, username="keyturn", password=PASSWORD)
