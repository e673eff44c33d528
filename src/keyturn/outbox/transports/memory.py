"""A transport that keeps what it is given, for tests and for trying layouts out. Nothing leaves the process."""

from keyturn.outbox.transports.base import Outgoing, Receipt, Transport, TransportError


class Memory(Transport):
    """Takes everything, or answers with the error it was given."""

    name = "memory"

    def __init__(self, error: TransportError | None = None):
        self.taken: list[Outgoing] = []
        self.error = error

    def send(self, outgoing: Outgoing) -> Receipt:
        """Keep it."""
        if self.error:
            raise self.error
        self.taken.append(outgoing)
        return Receipt("250 kept")
