"""Mailboxes by the hundred thousand, sealed as the product seals them, each checked half an hour ago and due now.

Reads {"mailboxes": n, "port": …, "is_tls": …} as JSON. They lie in a few tenants, with people who have hundreds of
them each: nobody looks at people while mailboxes are checked.
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import django

django.setup()

from benchmarks.rig.mailserver import HOSTS  # noqa: E402 -- the settings come first
from keyturn.lib import clock, keys  # noqa: E402
from keyturn.monitoring import sealing  # noqa: E402
from keyturn.monitoring.models import Mailbox  # noqa: E402
from keyturn.people import changes  # noqa: E402
from keyturn.people.changes import NewPerson  # noqa: E402
from keyturn.tenants import scope  # noqa: E402
from keyturn.tenants.models import Tenant  # noqa: E402

SECRET = "moss lantern over a canal"
TENANTS, PEOPLE = 8, 25


def fill(mailboxes: int, port: int, is_tls: bool) -> None:
    """So many, by turns at each of the hosts."""
    for number in range(TENANTS):
        slug = f"tenant-{number}"
        tenant = Tenant.objects.create(slug=slug, name=slug, public_url=f"http://{slug}.localhost:8000")
        with scope.inside(tenant.pk):
            rows = _rows(mailboxes // TENANTS, port, "implicit" if is_tls else "none")
            Mailbox.objects.bulk_create(rows, batch_size=500)


def _rows(many: int, port: int, tls: str) -> Iterator[Mailbox]:
    now = clock.now()
    people = [changes.create(NewPerson(f"person-{one}", f"Person {one}"), now) for one in range(PEOPLE)]
    known = {"state": Mailbox.FINE, "verdict": "accepted", "code": "signed_in", "sealed_with": keys.box_id("mailbox")}
    known |= {"protocol": "imap", "port": port, "tls": tls, "secret_version": 1, "method": "password"}
    for number in range(many):
        person, host = people[number % PEOPLE], HOSTS[number % len(HOSTS)]
        who = {"tenant_id": person.tenant_id, "person": person, "name": f"Box {number}", "username": f"box-{number}"}
        row = Mailbox(**who, host=host, **known, **_moments(now, number / many))
        row.sealed = sealing.seal(row, SECRET)
        yield row


def _moments(now: datetime, share: float) -> dict[str, datetime]:
    """Checked within the last half hour but one, and due since then."""
    checked_at = now - timedelta(minutes=60 - 30 * share)
    due_at = checked_at + timedelta(minutes=30)
    return {"checked_at": checked_at, "accepted_at": checked_at, "created_at": checked_at, "due_at": due_at}


if __name__ == "__main__":
    fill(**json.load(sys.stdin))
