"""A small SMTP server that takes reports at our signed return paths, and nothing else.

Every recipient without our signature is refused at RCPT, before a byte of content. The library refuses bare line
ends (SMTP smuggling, CVE-2023-51764) and content beyond the limit; nothing is relayed, stored or answered.
"""

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error as DatabaseError
from django.db import close_old_connections

from keyturn.lib import clock
from keyturn.outbox.bounces import reports, return_path, taking

LONGEST = 1024 * 1024  # bytes; a report carries headers of ours, never whole attachments
IDLE = 60.0  # seconds without a command
AT_ONCE = 50  # connections; more are told to come later

log = structlog.get_logger("keyturn.outbox")


class Reports:
    """What is done at each command of the dialogue."""

    async def handle_RCPT(self, *dialogue: Any) -> str:
        """Only one recipient, and only a return path of ours."""
        _server, _session, envelope, address, _options = dialogue
        if envelope.rcpt_tos or return_path.read(address) is None:
            return "550 5.1.1 No such address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Read it and draw the conclusion; a database that is away is asked again later by the sender."""
        message_id = return_path.read(envelope.rcpt_tos[0])
        try:
            is_bounced = await asyncio.to_thread(_take, message_id, bytes(envelope.content or b""))
        except DatabaseError:
            return "451 4.3.0 Try again later"
        log.info("report.taken", message=str(message_id), bounced=is_bounced)
        return "250 2.0.0 OK"


def _take(message_id: UUID, content: bytes) -> bool:
    close_old_connections()
    try:
        return taking.take(message_id, reports.read(content), clock.now())
    finally:
        close_old_connections()


class _Guarded(SMTP):
    """The library's server, one object a connection, with a limit of connections."""

    def __init__(self, *given, places: set, **options):
        super().__init__(*given, **options)
        self._places = places

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Turn the one too many away before it costs anything."""
        if len(self._places) >= AT_ONCE:
            transport.write(b"421 4.3.2 Too many connections\r\n")
            transport.close()
            return
        self._places.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for the next."""
        if self in self._places:
            self._places.discard(self)
            super().connection_lost(error)


class _Listener(Controller):
    """Runs the servers on a loop of its own."""

    def factory(self) -> SMTP:
        """What answers the next connection."""
        return _Guarded(self.handler, **self.SMTP_kwargs)


@contextlib.contextmanager
def listening(host: str, port: int, hostname: str):
    """Take reports on this address while the block runs."""
    options = {"data_size_limit": LONGEST, "timeout": IDLE, "ident": "Keyturn", "places": set()}
    controller = _Listener(Reports(), hostname=host, port=port, server_hostname=hostname, **options)
    controller.start()
    log.info("bounces.listening", host=host, port=port)
    try:
        yield controller
    finally:
        controller.stop(no_assert=True)
