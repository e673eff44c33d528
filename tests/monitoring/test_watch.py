"""The watch at work: mailboxes that are due are really signed in to, and what the server says is written down."""

from datetime import timedelta

import pytest

from keyturn.monitoring import watch
from keyturn.monitoring.models import Mailbox, Sighting
from tests.monitoring import boxes
from tests.monitoring.fakes import manners
from tests.monitoring.mailbox.conftest import opened, running_server, server  # noqa: F401 -- fixtures

WRONG = "{tag} NO [AUTHENTICATIONFAILED] wrong"


@pytest.fixture
def watching():
    """A watch of this test's own."""
    with watch.Watch() as one:
        yield one


def at(server, **columns) -> dict:  # noqa: F811 -- the fixture
    """The columns of a mailbox at the fake server."""
    return {"host": "127.0.0.1", "port": server.port, "tls": "implicit", "protocol": "imap"} | columns


def run(watching: watch.Watch) -> None:
    """Step until nothing is due and nothing is under way."""
    while watching.step():
        pass


@pytest.mark.mission("M1.2")
def test_what_is_due_is_signed_in_to_and_is_due_again_after_the_rhythm(mara, now, server, watching):  # noqa: F811
    server.play(manners.imap("implicit", "{tag} OK welcome"))
    for n in range(5):
        boxes.mailbox(mara, now, name=f"Box {n}", **at(server, state=Mailbox.NEW, checked_at=None))
    boxes.mailbox(mara, now, name="Later", **at(server, due_at=now + timedelta(hours=1), state=Mailbox.NEW))
    run(watching)
    states = Mailbox.objects.exclude(name="Later").values_list("state", "code", "lease_until", "fence")
    assert set(states) == {(Mailbox.FINE, "signed_in", None, None)}
    assert Mailbox.objects.get(name="Later").state == Mailbox.NEW
    assert Sighting.objects.count() == 5
    assert (watching.tally.done, watching.tally.refused, watching.tally.unreachable) == (5, 0, 0)
