"""The watch at work: mailboxes that are due are really signed in to, and what the server says is written down."""

from argparse import Namespace
from datetime import timedelta

import pytest

from keyturn.cli import watch as command
from keyturn.monitoring import checking, watch
from keyturn.monitoring.core import rules
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox.check import Seen, Stage
from keyturn.monitoring.models import Mailbox, Sighting
from keyturn.tenants.models import Tenant
from tests.monitoring import boxes
from tests.monitoring.fakes import manners
from tests.monitoring.mailbox.conftest import opened, running_server, server  # noqa: F401 -- fixtures

WELCOME, WRONG = manners.OK["imap"], "{tag} NO [AUTHENTICATIONFAILED] wrong"
HOUR = timedelta(hours=1)


@pytest.fixture
def watching():
    """A watch of this test's own."""
    with watch.Watch() as one:
        yield one


@pytest.fixture
def put(mara, now, server):  # noqa: F811 -- the fixture
    """Puts mailboxes at the fake server on record, as they come from an import."""
    place = {"host": "127.0.0.1", "port": server.port, "tls": "implicit", "protocol": "imap"}
    server.play(manners.imap("implicit", WELCOME))
    fresh = {"state": Mailbox.NEW, "checked_at": None, "accepted_at": None, "code": "", "verdict": ""}

    def many(number: int, **columns) -> list[Mailbox]:
        return [boxes.mailbox(mara, now, name=f"Box {n}", **place | fresh | columns) for n in range(number)]

    return many


@pytest.fixture
def asked(monkeypatch) -> list:
    """Who is asked: every check that begins."""
    begun = []
    monkeypatch.setattr(checking.Checker, "submit", lambda _self, tasks: begun.extend(tasks))
    return begun


def run(watching: watch.Watch) -> None:
    """Step until nothing is due and nothing is under way."""
    while watching.step():
        pass


def states() -> set[tuple]:
    return set(Mailbox.objects.values_list("state", "code", "lease_until", "fence"))


@pytest.mark.mission("M1.2")
def test_what_is_due_is_signed_in_to_and_is_due_again_after_the_rhythm(put, now, watching):
    put(5)
    run(watching)
    assert states() == {(Mailbox.FINE, "signed_in", None, None)}
    dues = sorted(Mailbox.objects.values_list("due_at", flat=True))
    assert now + timedelta(minutes=14) < dues[0] < dues[-1] < now + timedelta(minutes=32)  # and not all at once
    assert len(set(dues)) == 5
    assert Sighting.objects.count() == 5
    assert (watching.tally.done, watching.tally.refused, watching.tally.unreachable) == (5, 0, 0)


@pytest.mark.mission("M1.3")
def test_refusals_are_counted_and_what_is_not_due_is_left_alone(put, now, watching, server):  # noqa: F811
    server.play(manners.imap("implicit", WRONG))
    later, *others = put(4)
    Mailbox.objects.filter(pk=later.pk).update(due_at=now + HOUR)
    run(watching)
    refused = Mailbox.objects.exclude(pk=later.pk).values_list("state", "refusals", "verdict")
    assert set(refused) == {(Mailbox.REFUSED, 1, "rejected")}
    assert Mailbox.objects.get(pk=later.pk).state == Mailbox.NEW
    assert watching.tally.refused == len(others)


@pytest.mark.mission("M1.4")
@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"imap": Code.SIGNED_IN, "smtp": Code.SIGNED_IN}, Code.SIGNED_IN),
        ({"imap": Code.SIGNED_IN, "smtp": Code.AUTHENTICATION_FAILED}, Code.AUTHENTICATION_FAILED),
        ({"imap": Code.SIGNED_IN, "smtp": Code.NO_WITHOUT_CODE}, Code.REFUSED_OTHERWISE),
        ({"imap": Code.NO_WITHOUT_CODE}, Code.NO_WITHOUT_CODE),  # and smtp is not asked
    ],
    ids=["both take it", "one says wrong", "one took it and the other says nothing", "the first says nothing"],
)
def test_the_sending_side_is_asked_once_the_reading_side_took_the_password(put, watching, monkeypatch, answers, code):
    async def check(place, _login, *, patience) -> Seen:
        return Seen(answers[place.protocol], Stage.GREETED)

    monkeypatch.setattr(checking, "check", check)
    put(1, sending_host="smtp.movers.example", sending_port=465, sending_tls="implicit")
    run(watching)
    assert Mailbox.objects.get().code == code


def test_a_secret_that_does_not_open_is_said_to_nobody_and_accuses_nobody(put, watching, asked):
    put(1)
    Mailbox.objects.update(username="mallory")  # the seal is for another
    run(watching)
    assert states() == {(Mailbox.TROUBLED, "unopened", None, None)}
    assert asked == []


def test_a_suspended_organization_is_not_watched(put, now, watching, asked):
    put(2)
    Tenant.objects.update(status=Tenant.SUSPENDED)
    run(watching)
    assert states() == {(Mailbox.NEW, "", None, None)}
    assert min(Mailbox.objects.values_list("due_at", flat=True)) > now
    assert asked == []


def test_who_finds_no_place_is_put_off_for_a_moment_of_its_own(put, now, settings):
    put(9)
    settings.KEYTURN_WATCH_HOST_LIMITS = (3, 40)
    with watch.Watch() as narrow:
        run(narrow)
        assert narrow.tally.done == 3
    waiting = sorted(Mailbox.objects.filter(state=Mailbox.NEW).values_list("due_at", flat=True))
    assert len(set(waiting)) == 6
    assert now + timedelta(seconds=14) < waiting[0] < waiting[-1] < now + timedelta(seconds=60)


@pytest.mark.mission("M1.2")
def test_the_command_says_how_a_sweep_went(put, now, capsys, settings, monkeypatch):
    """With two places it takes several rounds of putting off; what is due again meanwhile is not waited for."""
    settings.KEYTURN_WATCH_HOST_LIMITS = (2, 40)
    monkeypatch.setattr(watch, "_PUT_OFF", timedelta(milliseconds=50))
    monkeypatch.setattr(rules, "_WIDE_JITTER", 1)
    put(7, due_at=now)
    assert command.run(Namespace(once=True)) == 0
    assert capsys.readouterr().out.startswith("7/7 checked: 0 refused, 0 unreachable, ")
    assert states() == {(Mailbox.FINE, "signed_in", None, None)}
