"""Checks without a mail server: whatever is due comes out as a test says, and is written down."""

from datetime import datetime, timedelta

from keyturn.lib import leases
from keyturn.monitoring import settling
from keyturn.monitoring.checking import Done, Task
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.models import Mailbox

LEASE = timedelta(minutes=5)


def checked(now: datetime, code: Code) -> list:
    """Everything that is due is claimed, checked with this outcome, and settled."""
    claims = leases.claim_many(Mailbox, now=now, lease=LEASE, at_most=1000)
    rows = {row.pk: row for row in Mailbox.objects.all()}
    return settling.settle([Done(Task(rows[one.id], one.fence), code, 100) for one in claims], now)
