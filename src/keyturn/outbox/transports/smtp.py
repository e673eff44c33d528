"""Email by SMTP. Each thread keeps one connection to each server, and looks whether it still stands."""

import threading
import time

from django.conf import settings

from keyturn.lib import origins
from keyturn.outbox.transports.base import Outgoing, Receipt, Transport
from keyturn.outbox.transports.connection import Connection, Stale
from keyturn.outbox.transports.server import Server
from keyturn.outbox.transports.writing import Written, write

KEEP_IDLE = 30.0  # seconds; servers hang up on the idle after a minute or more
_kept = threading.local()


class Smtp(Transport):
    """One mail server."""

    def __init__(self, server: Server):
        self.name = server.name
        self._server = server

    def send(self, outgoing: Outgoing) -> Receipt:
        """Write it as an email and hand it over."""
        mail = write(outgoing, self._server)
        return Receipt(self._hand_over(mail))

    def _hand_over(self, mail: Written) -> str:
        """By the kept connection if there is one that still stands, otherwise by a new one."""
        if kept := _take(self._server):
            try:
                return self._through(kept, mail)
            except Stale:
                pass
        return self._through(Connection(self._server, origins.mail_domain(settings.KEYTURN_PUBLIC_URL)), mail)

    def _through(self, connection: Connection, mail: Written) -> str:
        try:
            reply = connection.hand_over(mail)
        except BaseException:
            connection.close()  # after trouble of any kind nobody knows where the dialogue stands
            raise
        _connections()[self._server] = (connection, time.monotonic())
        return reply


def close_idle(older_than: float = KEEP_IDLE) -> None:
    """Hang up this thread's connections that were not used for a while."""
    oldest = time.monotonic() - older_than
    for server, (connection, used_at) in list(_connections().items()):
        if used_at <= oldest:
            del _connections()[server]
            connection.close()


def _take(server: Server) -> Connection | None:
    close_idle()
    connection, _used_at = _connections().pop(server, (None, 0.0))
    return connection


def _connections() -> dict[Server, tuple[Connection, float]]:
    if not hasattr(_kept, "connections"):
        _kept.connections = {}
    return _kept.connections
