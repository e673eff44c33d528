"""Mailboxes for tests, put straight on record, and the example software of the docs."""

import importlib.util
from datetime import datetime
from pathlib import Path
from types import ModuleType

from keyturn.monitoring import sealing
from keyturn.monitoring.models import Mailbox
from keyturn.people.models import Person

SECRET = "moss lantern over a canal"
EXAMPLE = Path(__file__).parents[2] / "docs/examples/mailbox_software.py"


def mailbox(person: Person, now: datetime, name: str = "Work mail", **columns) -> Mailbox:
    """A mailbox of this person that holds SECRET and was accepted."""
    said = {"protocol": "imap", "host": "mail.movers.example", "port": 993, "tls": "implicit", "username": "mara"}
    said |= {"state": Mailbox.FINE, "code": "signed_in", "verdict": "accepted", "secret_version": 1}
    said |= {"checked_at": now, "accepted_at": now, "created_at": now, "due_at": now}
    row = Mailbox(tenant_id=person.tenant_id, person=person, name=name, **said | columns)
    row.sealed = sealing.seal(row, SECRET)
    row.save(force_insert=True)
    return row


def example() -> ModuleType:
    """docs/examples/mailbox_software.py, as whoever reads it would run it."""
    spec = importlib.util.spec_from_file_location("mailbox_software", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
