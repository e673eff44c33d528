"""What happens around a mailbox whose password stopped working: it is suspended, a link goes out, its owner mends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

import pytest

from keyturn.lib import clock, hashing
from keyturn.monitoring import links, mending, proving
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox.check import Seen, Stage
from keyturn.monitoring.mailbox.place import Login
from keyturn.monitoring.mending import Outcome, Wish
from keyturn.monitoring.models import Mailbox
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Person
from tests.monitoring import boxes

OLD, NEW = boxes.SECRET, "granite swallow 88 over Elm"
SOURCE = "198.51.100.7"
_ALL = (Stage.RESOLVED, Stage.CONNECTED, Stage.SECURED, Stage.GREETED)


def suspended(person: Person, now: datetime, **columns) -> Mailbox:
    """A mailbox that was refused often enough."""
    refused = {"state": Mailbox.SUSPENDED, "suspended_by": Mailbox.BY_WATCH, "suspended_at": now, "refusals": 3}
    refused |= {"verdict": "rejected", "code": "authentication_failed", "refused_since": now, "due_at": None}
    kept = {"incident": uuid4(), "told_at": now, "verifier": hashing.hash_password(OLD)}
    return boxes.mailbox(person, now, **refused | kept | columns)


def fresh(mailbox: Mailbox) -> Mailbox:
    """The row as it is now."""
    return Mailbox.objects.select_related("person").get(pk=mailbox.pk)


def link_to(mailbox: Mailbox, now: datetime) -> str:
    """The token of a new link."""
    return links.issue(fresh(mailbox), now).rpartition("/mailbox/")[2]


def by_link(token: str, old: str = OLD, new: str = NEW) -> Outcome:
    """Send the form behind the link."""
    return mending.ask(mending.by_link(token), Wish(old, new, SOURCE), clock.now())


def signed_in(mailbox: Mailbox, old: str = OLD, new: str = NEW) -> Outcome:
    """Send the form at one's own page."""
    owner = mending.by_person(mailbox.person_id, mailbox.pk)
    return mending.ask(owner, Wish(old, new, SOURCE), clock.now())


class Server:
    """A mail server that answers every sign-in alike, and remembers the secrets that it was shown."""

    def __init__(self) -> None:
        self.code, self.shown = Code.SIGNED_IN, []

    async def check(self, place: object, login: Login, *, patience: object, tell: Callable[[Stage], None]) -> Seen:
        """As monitoring.mailbox.check.check."""
        self.shown.append(login.secret)
        for stage in _ALL:
            tell(stage)
        if self.code is Code.SIGNED_IN:
            tell(Stage.SIGNED_IN)
        return Seen(self.code, Stage.GREETED)


@contextmanager
def standing_for(server: Server) -> Iterator[Server]:
    """Every mail server is this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proving, "check_evenly", server.check)
        yield server


def prove_all() -> int:
    """Let the worker prove whatever waits; how many there were."""
    count = 0
    while proving.step():
        count += 1
    return count


def somebody_else() -> Person:
    """Nils, of the same organization."""
    return changes.create(NewPerson("nils@movers.example", "Nils Berg", email="nils@movers.example"), clock.now())
