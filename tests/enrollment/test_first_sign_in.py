"""Somebody who came by a PIN wakes by signing in with the mailed password, and by nothing else (C33, C59)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.access import newcomers as access
from keyturn.access import own_password, sessions
from keyturn.access.models import Session
from keyturn.access.sign_in import Refused, SignedIn
from keyturn.audit.models import Event
from keyturn.directories import accounts, pending
from keyturn.directories.models import TemporaryPassword
from keyturn.enrollment import on_record, unfinished
from keyturn.enrollment.core.policy import Reason
from keyturn.enrollment.models import MadeByPin, SignUp
from keyturn.enrollment.on_record import By, General
from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.outbox.models import Message
from keyturn.passwords.core import generate
from keyturn.people import changes, importing, newcomers
from keyturn.people.changes import NewPerson
from keyturn.people.models import Address, Person
from keyturn.people.wanted import PeopleRefused
from keyturn.recovery import by_operator, follow_up, manual_entry
from keyturn.recovery.core.policy import Reason as RecoveryReason
from keyturn.recovery.desk import Wish
from keyturn.recovery.models import Recovery, Ticket
from keyturn.tenants import finding, scope
from keyturn.tenants.models import Tenant
from tests.enrollment import acts
from tests.enrollment.acts import OTTO, PIA, PIAS_EMAIL, issue, sign_up, signs_in
from tests.recovery import acts as recovery

DAY = timedelta(days=1)
OWN = "seven quiet lamps on Elm"


@pytest.fixture
def pia(open_to_all, mara) -> Person:
    """Pia came by Mara's PIN and has not signed in."""
    return sign_up(open_to_all, issue(mara).text).person


@pytest.fixture
def password(pia) -> str:
    """What was mailed to her."""
    return acts.mailed()["PASSWORD"]


def status(person: Person) -> str | None:
    return Person.objects.filter(pk=person.pk).values_list("status", flat=True).first()


@pytest.mark.mission("M2.11")
def test_she_signs_in_chooses_an_own_password_and_is_one_of_us(open_to_all, pia, password):
    signed_in = signs_in(open_to_all, password)
    session = sessions.resolve(signed_in.token, Session.API, clock.now())
    assert session.is_restricted
    outcome = own_password.change(session, own_password.NewOwn(OWN), "src", clock.now())
    assert isinstance(outcome, own_password.Changed)
    assert isinstance(signs_in(open_to_all, OWN), SignedIn)
    assert isinstance(signs_in(open_to_all, OWN, name=PIAS_EMAIL), SignedIn)
    assert signs_in(open_to_all, password) == Refused()
    unfinished.purge(clock.now())
    assert SignUp.objects.get().state == SignUp.FINISHED


@pytest.mark.mission("M2.11")
def test_it_works_once(open_to_all, pia, password):
    assert isinstance(signs_in(open_to_all, password), SignedIn)
    assert signs_in(open_to_all, password) == Refused()


def test_the_address_is_no_name_before_it_is_proven(open_to_all, pia, password):
    assert signs_in(open_to_all, password, name=PIAS_EMAIL) == Refused()
    assert status(pia) == Person.PENDING


# C33: what does not wake her


def by_forgotten_password(tenant, pia):
    for name in (PIA, PIAS_EMAIL):
        for method in ("link", "temporary_password"):
            recovery.ask(tenant, recovery.Claim(identifier=name), method)
    recovery.resolve_all()
    assert set(Recovery.objects.values_list("reason", flat=True)) <= {
        RecoveryReason.PERSON_INACTIVE,
        RecoveryReason.PERSON_UNKNOWN,
        RecoveryReason.PERSON_DISALLOWED,
    }


def by_an_operators_reset(tenant, pia):
    wish = Wish(person=pia, operator=Operator.objects.get(), tenant=tenant, note="asked", source="192.0.2.1")
    assert by_operator.send_link(wish, clock.now()).reason == RecoveryReason.PERSON_INACTIVE


def by_manual_entry(tenant, pia):
    wish = Wish(person=pia, operator=Operator.objects.get(), tenant=tenant, note="asked", source="192.0.2.1")
    outcome = manual_entry.enter(wish, manual_entry.Entry(OWN), clock.now())
    assert outcome.reason == RecoveryReason.PERSON_INACTIVE


def by_status(tenant, pia):
    for wished in (Person.ACTIVE, Person.INACTIVE):
        with pytest.raises(PeopleRefused, match="not_signed_in"):
            changes.set_status(pia, wished, clock.now())
    stale = Person.objects.get(pk=pia.pk)
    stale.status = Person.INACTIVE  # as somebody read it who was never told
    changes.set_status(stale, Person.ACTIVE, clock.now())


def by_the_form(tenant, pia):
    wished = General(identifier=PIA, name="Pia", status=Person.ACTIVE, email=PIAS_EMAIL)
    with pytest.raises(PeopleRefused, match="not_signed_in"):
        on_record.change(pia, wished, pia.version, By(OTTO, clock.now()))


def by_another_address(tenant, pia):
    for change in (
        lambda: changes.set_email(pia, "elsewhere@movers.example", clock.now()),
        lambda: changes.set_other_addresses(pia, ["elsewhere@movers.example"], clock.now()),
        lambda: changes.set_phones(pia, [changes.NewPhone("+1 415 555 0190")], clock.now()),
        lambda: changes.rename(pia, "quinn", clock.now()),
        lambda: changes.update(pia, clock.now(), allow_mobile_password_reset=True),
    ):
        with pytest.raises(PeopleRefused, match="not_signed_in"):
            change()


def by_a_file(tenant, pia):
    row = importing.Row(2, {"identifier": PIA, "status": "active"})
    with pytest.raises(PeopleRefused, match="not_signed_in"):
        importing.update(pia, row, {}, clock.now(), actor=OTTO)


def by_a_typed_password(tenant, pia):
    """An original of her own, and one that an operator told her: both are there, neither is looked at."""
    account = accounts.of(pia)
    accounts.set_first_password(account, OWN, clock.now())
    assert signs_in(tenant, OWN) == Refused()


def by_a_wrong_one(tenant, pia):
    assert signs_in(tenant, generate.temporary()) == Refused()


WAYS = [
    by_forgotten_password,
    by_an_operators_reset,
    by_manual_entry,
    by_status,
    by_the_form,
    by_another_address,
    by_a_file,
    by_a_typed_password,
    by_a_wrong_one,
]


@pytest.mark.mission("M2.11")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nothing_else_wakes_her(open_to_all, otto, pia, password, way):
    way(finding.by_id(open_to_all.id), Person.objects.get(pk=pia.pk))
    assert status(pia) == Person.PENDING
    assert not Ticket.objects.exists() and not Session.objects.exists()
    assert not Address.objects.get(person=pia).finds_person
    assert set(TemporaryPassword.objects.values_list("message__purpose" if False else "channel", flat=True)) == {
        "email"
    }
    assert isinstance(signs_in(open_to_all, password), SignedIn)  # and what was mailed still does


@pytest.mark.mission("M2.11")
def test_after_a_day_she_vanishes_and_nothing_brings_her_back(open_to_all, otto, pia, password):
    later = clock.now() + DAY
    assert signs_in(open_to_all, password, now=later) == Refused()
    unfinished.purge(later)
    assert status(pia) is None
    gone = SignUp.objects.get()
    assert (gone.state, gone.reason, gone.person) == (SignUp.VANISHED, "not_finished", None)
    assert not MadeByPin.objects.exists() and not TemporaryPassword.objects.exists()
    by_forgotten_password(open_to_all, pia)
    assert signs_in(open_to_all, password, now=later) == Refused()
    assert Event.objects.filter(action="sign_up.lapsed").count() == 1


def test_the_name_is_free_again(open_to_all, mara, pia):
    unfinished.purge(clock.now() + DAY)
    assert sign_up(open_to_all, issue(mara).text).state == SignUp.ACCEPTED


def test_whoever_signed_in_does_not_vanish(open_to_all, pia, password):
    signs_in(open_to_all, password)
    unfinished.purge(clock.now() + DAY * 30)
    assert status(pia) == Person.ACTIVE


def test_control_a_purge_that_does_not_ask_would_take_her(open_to_all, pia, password, monkeypatch):
    """She signs in between the look and the removal."""
    honest = unfinished._ids

    def late(people):
        found = honest(people)
        signs_in(open_to_all, password)
        return found

    monkeypatch.setattr(unfinished, "_ids", late)
    unfinished.vanish(clock.now() + DAY)
    assert status(pia) == Person.ACTIVE
    monkeypatch.setattr(newcomers.Person.objects, "select_for_update", lambda: _Everybody())
    assert unfinished.remove(pia.pk, "not_finished", clock.now(), actor="keyturn")
    assert status(pia) is None


class _Everybody:
    def filter(self, pk, status):
        return Person.objects.filter(pk=pk)


# The address is somebody else's by the time


def taken_meanwhile(now) -> Person:
    return changes.create(NewPerson("vera", "Vera", email=PIAS_EMAIL), now)


@pytest.mark.mission("M2.11")
def test_an_address_that_was_taken_meanwhile_ends_it_as_taken(open_to_all, pia, password, now):
    vera = taken_meanwhile(now)
    assert signs_in(open_to_all, password) == Refused()
    assert status(pia) is None and not Session.objects.exists()
    told = Message.objects.get(purpose="sign_up_taken")
    assert told.person == vera
    unfinished.purge(clock.now())
    assert (SignUp.objects.get().state, SignUp.objects.get().reason) == (SignUp.REFUSED, Reason.ADDRESS_TAKEN)


def test_of_two_newcomers_with_one_address_the_first_to_sign_in_has_it(open_to_all, mara, pia, password):
    sign_up(open_to_all, issue(mara).text, username="quinn")
    other = acts.mailed()["PASSWORD"]
    assert isinstance(signs_in(open_to_all, other, name="quinn"), SignedIn)
    assert signs_in(open_to_all, password) == Refused()
    assert status(pia) is None


@pytest.mark.mission("M2.11")
def test_the_real_owner_recovers_and_whoever_was_faster_is_out(open_to_all, pia, password):
    """C59: a thief in the mailbox activates; the owner of the address recovers."""
    thief = signs_in(open_to_all, password)
    session = sessions.resolve(thief.token, Session.API, clock.now())
    changed = own_password.change(session, own_password.NewOwn("thieves like long words"), "src", clock.now())
    assert isinstance(changed, own_password.Changed)
    stolen = signs_in(open_to_all, "thieves like long words")
    recovery.recover(open_to_all, PIAS_EMAIL)
    recovery.redeems(*recovery.link_and_code())
    for token in (thief.token, stolen.token):
        assert sessions.resolve(token, Session.API, clock.now()) is None
    assert signs_in(open_to_all, "thieves like long words") == Refused()
    assert isinstance(signs_in(open_to_all, recovery.NEW_PASSWORD), SignedIn)


def test_a_pending_name_costs_what_every_name_costs(open_to_all, pia, mara):
    """A stranger sees neither that she waits nor that nobody does."""
    signs_in(open_to_all, generate.temporary(), name="warm-up")
    seen = {}
    for name in ("nobody", PIA, "driver-7"):
        with CaptureQueriesContext(connection) as captured:
            assert signs_in(open_to_all, generate.temporary(), name=name) == Refused()
        seen[name] = [query["sql"].split(" WHERE ")[0].split(" VALUES ")[0] for query in captured.captured_queries]
    reads = {name: [sql for sql in shapes if sql.startswith("SELECT")] for name, shapes in seen.items()}
    assert reads["nobody"] == reads[PIA] == reads["driver-7"]
    assert len(seen["nobody"]) == len(seen[PIA]) == len(seen["driver-7"])


def test_a_process_that_dies_between_leaves_her_as_she_was(open_to_all, pia, password, monkeypatch):
    monkeypatch.setattr(sessions, "begin", _die)
    with pytest.raises(KeyboardInterrupt):
        signs_in(open_to_all, password)
    monkeypatch.undo()
    assert status(pia) == Person.PENDING
    assert isinstance(signs_in(open_to_all, password), SignedIn)


def _die(*_):
    raise KeyboardInterrupt


def test_a_message_that_came_back_ends_what_it_carried(open_to_all, pia, password):
    Message.objects.filter(purpose="password_new").update(state=Message.BOUNCED, ended_at=clock.now())
    assert signs_in(open_to_all, password) == Refused()
    assert status(pia) == Person.PENDING


def test_a_message_that_never_arrives_ends_it_for_good_and_tells_nobody_else(open_to_all, pia, password):
    Message.objects.filter(purpose="password_new").update(state=Message.FAILED, ended_at=clock.now())
    with scope.inside(open_to_all.id):
        while follow_up.step():
            pass
    assert TemporaryPassword.objects.get().state == TemporaryPassword.DEAD
    assert Event.objects.filter(action="temporary_password.died").exists()
    assert Message.objects.count() == 1


def test_a_suspended_organization_lets_no_newcomer_in(open_to_all, mara, pia, password):
    pin = issue(mara)
    Tenant.objects.filter(pk=open_to_all.pk).update(status=Tenant.SUSPENDED)
    assert signs_in(open_to_all, password) == Refused()
    assert sign_up(open_to_all, pin.text, username="quinn").reason == Reason.TENANT_SUSPENDED


@pytest.mark.django_db(transaction=True)
def test_of_many_first_sign_ins_at_once_one_comes_in(open_to_all, pia, password):
    def browser(_: int) -> object:
        try:
            with scope.inside(open_to_all.id):
                return type(signs_in(open_to_all, password))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as browsers:
        told = list(browsers.map(browser, range(16)))
    assert told.count(SignedIn) == 1
    assert Session.objects.count() == 1 and status(pia) == Person.ACTIVE
    assert Event.objects.filter(action="person.activated").count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_guards_more_would_come_in(open_to_all, pia, password, monkeypatch):
    monkeypatch.setattr(access, "welcome", lambda *_: access.Welcome.COME_IN)
    monkeypatch.setattr(pending, "use", lambda *_: True)
    assert [type(signs_in(open_to_all, password)) for _ in range(3)].count(SignedIn) == 3
