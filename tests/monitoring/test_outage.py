"""A mail server is out of order for hours: nobody is accused, no owner hears of it, and the operators hear once."""

import ipaddress
from datetime import timedelta

import pytest
from django.db.models import F

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.monitoring import alerting, watch
from keyturn.monitoring.checking import Checker
from keyturn.monitoring.core import circuit
from keyturn.monitoring.core.admission import Limits
from keyturn.monitoring.mailbox import names
from keyturn.monitoring.mailbox.wire import Patience
from keyturn.monitoring.models import Mailbox, Sighting
from keyturn.operators.models import Operator
from keyturn.outbox import purposes
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from tests import proof
from tests.monitoring import boxes
from tests.monitoring.fakes.hosts import Hosts

pytestmark = pytest.mark.mission("M1.4")
HOST, MANY, FEW = "127.0.1.1", proof.count(24, full=1000), 12
ROUNDS, BETWEEN = 5, timedelta(minutes=34)
MOODS = ("unavailable", "reset", "silent", "no")
MOMENTS = ("due_at", "checked_at", "accepted_at", "refused_since", "troubled_since", "suspended_at")
ROOM = Limits(at_once=400, of_host=400, of_tenant=400, of_host_a_second=10_000)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One server for all tests."""
    with Hosts(tmp_path_factory.mktemp("hosts"), [HOST]) as hosts:
        yield hosts


@pytest.fixture
def host(running, settings):
    """The server, which can be reached."""
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
    names.forget()
    return running


@pytest.fixture
def put(movers, in_movers, host, now):
    """Puts people of Movers on record whose mailboxes were accepted half an hour ago; Otto looks after them."""
    Operator.objects.create(tenant=movers, username="otto", role="owner", email="otto@movers.example")
    place = {"host": HOST, "port": host.port, "tls": "none", "accepted_at": now - BETWEEN}

    def many(number: int) -> None:
        for email in (f"person-{one}@movers.example" for one in range(number)):
            boxes.mailbox(changes.create(NewPerson(email, "Nils", email=email), now), now, username=email, **place)

    return many


@pytest.fixture
def watching():
    """A watch that asks everybody at once."""
    with watch.Watch(ROOM) as one:
        yield one


@pytest.fixture
def hurried():
    """One with little patience, besides."""
    with watch.Watch(ROOM, Checker(Patience(answer=0.4, farewell=0.2, total=10))) as one:
        yield one


def look(watching: watch.Watch) -> set[str]:
    """Half an hour goes by; everybody is tried. How the mailboxes stand then."""
    earlier = {name: F(name) - BETWEEN for name in MOMENTS}
    Mailbox.objects.update(**earlier | {"due_at": clock.now() - BETWEEN})
    while watching.step():
        pass
    alerting.step()
    return set(Mailbox.objects.values_list("state", flat=True))


def told(purpose: str) -> int:
    return Message.objects.filter(purpose=purpose).count()


def test_an_outage_of_hours_is_told_once_and_to_operators_alone(put, host, hurried, monkeypatch):
    put(MANY)
    monkeypatch.setattr(alerting, "_GATHERED", timedelta(0))
    host.feel(*MOODS)
    for _ in range(ROUNDS):
        assert look(hurried) <= {Mailbox.TROUBLED, Mailbox.REFUSED}
    assert {one for (one,) in Mailbox.objects.values_list("code").distinct()} == {
        "unavailable",
        "broken_off",
        "timeout",
        "no_without_code",
    }
    host.feel("welcome")
    with watch.Watch(ROOM) as patient:
        assert look(patient) == {Mailbox.FINE}
    assert told(purposes.MAILBOX_REFUSED) == 0
    assert told(purposes.HOST_TROUBLE) == 1
    begun = list(Event.objects.filter(action__startswith="host_trouble.").order_by("at").values_list("action"))
    assert begun == [("host_trouble.begun",), ("host_trouble.reported",), ("host_trouble.ended",)]
    assert Sighting.objects.count() == MANY * (ROUNDS + 1) and len(host.heard()) == MANY
    proof.note("mailboxes of a host out of order, each tried five times", MANY, "0 notices to people, 1 alert")


def test_a_server_that_calls_every_password_wrong_is_not_believed(put, host, watching):
    put(FEW)
    host.feel("wrong")
    for _ in range(ROUNDS):
        assert look(watching) == {Mailbox.REFUSED}
    assert told(purposes.MAILBOX_REFUSED) == 0


def test_without_the_circuit_all_of_them_would_be_accused(put, host, watching, monkeypatch):
    """The negative control."""
    put(FEW)
    monkeypatch.setattr(circuit, "is_held", lambda *_host, **_before: False)
    host.feel("wrong")
    states = [look(watching) for _ in range(3)]
    assert states == [{Mailbox.REFUSED}, {Mailbox.REFUSED}, {Mailbox.SUSPENDED}]
    assert told(purposes.MAILBOX_REFUSED) == FEW
