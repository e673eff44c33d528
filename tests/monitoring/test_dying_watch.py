"""A worker that dies at any named place of the watch: the next one goes on, nothing is lost and nobody is told twice.

What a death leaves is what was committed; here the step is broken off at the place, and its leases are let run out.
"""

from datetime import timedelta

import pytest

from keyturn.lib import points
from keyturn.monitoring import rewrapping, settling, watch
from keyturn.monitoring.checking import Done
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.models import Mailbox, Sighting
from keyturn.outbox.models import Message
from tests.kills import places
from tests.monitoring import boxes

MANY = 3


class Died(BaseException):
    """The worker is no more."""


class Refusing:
    """In the place of the event loop: whoever is tried is refused, as soon as somebody asks."""

    def __init__(self) -> None:
        self._done: list[Done] = []

    def submit(self, tasks) -> None:
        self._done += [Done(task, Code.AUTHENTICATION_FAILED, 9) for task in tasks]

    def collect(self, _patience: float, _at_most: int) -> list[Done]:
        done, self._done = self._done, []
        return done


def dies_at(monkeypatch, place: str) -> None:
    def reach(name: str) -> None:
        if name == place:
            raise Died

    monkeypatch.setattr(points, "reach", reach)


def work() -> None:
    """A new worker, until there is nothing to do."""
    watching = watch.Watch(checker=Refusing())
    while watching.step():
        pass


@pytest.fixture
def ripe(mara, now):
    """Mailboxes of hosts of their own, each one refusal before it is suspended."""
    since = now - timedelta(hours=2)
    lately = {"state": Mailbox.REFUSED, "refusals": 2, "refused_since": since, "accepted_at": since}
    return [boxes.mailbox(mara, now, name=f"Box {n}", host=f"mail{n}.example", **lately) for n in range(MANY)]


@pytest.mark.mission("M1.9")
@pytest.mark.parametrize("place", places.of("watch"))
def test_nothing_is_lost_and_nobody_is_told_twice(ripe, now, monkeypatch, place):
    with monkeypatch.context() as patch:
        dies_at(patch, place)
        with pytest.raises(Died):
            work()
    Mailbox.objects.filter(lease_until__isnull=False).update(lease_until=now)  # five minutes later
    work()
    work()
    kept = Mailbox.objects.values_list("state", "refusals", "lease_until", "due_at")
    assert set(kept) == {(Mailbox.SUSPENDED, 3, None, None)}
    assert Message.objects.count() == Sighting.objects.count() == MANY
    assert len(set(Mailbox.objects.values_list("incident", flat=True))) == MANY


def test_if_notices_were_queued_outside_the_transaction_a_death_would_lose_them(ripe, now, monkeypatch):
    """Negative control: the suspension and its notice stand or fall together."""
    really = settling._tell
    with monkeypatch.context() as patch:
        patch.setattr(settling, "_tell", lambda *_: None)
        dies_at(patch, "watch.settled")
        with pytest.raises(Died):
            work()
    assert settling._tell is really
    work()
    assert Message.objects.count() == 0
    assert set(Mailbox.objects.values_list("state", flat=True)) == {Mailbox.SUSPENDED}


@pytest.mark.parametrize("place", places.of("rewrap"))
def test_whoever_dies_while_secrets_are_sealed_anew_loses_none(ripe, monkeypatch, place):
    with monkeypatch.context() as patch:
        dies_at(patch, place)
        with pytest.raises(Died):
            rewrapping.step()
    while rewrapping.step():
        pass
    assert rewrapping.waiting() == rewrapping.unopened() == 0
    assert {watch.sealing.open(box) for box in Mailbox.objects.all()} == {boxes.SECRET}
