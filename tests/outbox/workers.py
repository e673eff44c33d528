"""Delivering workers in other processes, and what they are given to deliver."""

import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta

from django.db import connection

from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter, post
from keyturn.people.models import Address, Person
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.mailserver import MailServer
from tests.outbox.conftest import LINK


def write(tenant: Tenant, now: datetime, many: int) -> list[str]:
    """So many mails to Mara of this tenant, all due now; returns their Message-IDs."""
    with scope.inside(tenant.id):
        mara = Person.objects.create(identifier="mara", identifier_key="mara", name="Mara Lind", created_at=now)
        raw = f"mara@{tenant.slug}.example"
        email = Address.objects.create(person=mara, kind="email", raw=raw, key=raw, lowered=raw)
        letter = Letter("recovery_link", email, {"LINK": LINK, "CODE": "048213"}, now + timedelta(hours=1))
        return [post(letter, person=mara, now=now).header_id for _ in range(many)]


def states(*tenants: Tenant) -> Counter[str]:
    """How many messages of theirs are in which state."""
    counted: Counter[str] = Counter()
    for tenant in tenants:
        with scope.inside(tenant.id):
            counted.update(Message.objects.values_list("state", flat=True))
    return counted


def start(server: MailServer, death: str | int = 0, *how: str) -> subprocess.Popen:
    """A worker that dies this death; it stops when its standard input is closed."""
    environment = {
        **os.environ,
        "KEYTURN_DATABASE_URL": _database(),
        "KEYTURN_EMAIL_URL": server.url,
        "KEYTURN_LEASE_SECONDS": "1",  # so that what a dead worker held is free again soon
        "KEYTURN_LOG_LEVEL": "ERROR",
    }
    arguments = [sys.executable, "-m", "tests.outbox.doomed", str(death), *how]
    return subprocess.Popen(arguments, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


def _database() -> str:
    """The test database, as another process names it."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
