"""The second operator's rule outlasts the moment: what was lowered lately still counts as elevated, and what is
raised once a copy of a PIN is out does not pass on by it (M2.8).
"""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.cli import purge
from keyturn.enrollment import mailing, offers, posting_pins
from keyturn.enrollment.models import PinMailing
from keyturn.lib.edits import Seen
from keyturn.people.models import Permission, Person
from keyturn.people.rights import catalogue as rights_catalogue
from keyturn.people.rights import holding, permission_edits, profile_edits
from keyturn.people.rights.core import Kind, Rights
from keyturn.people.rights.models import Profile
from keyturn.people.rights.wanted import NewPermission, NewProfile
from tests.enrollment.acts import OTTO, issue, sign_up
from tests.enrollment.test_mailing_detours import NEW, OWN, gets_more


def make(key: str, now, **other) -> None:
    """Otto edits a permission."""
    row = Permission.objects.get(key=key)
    described = {"label": row.label, "kind": row.kind, "is_cloneable": row.is_cloneable} | other
    permission_edits.change(Seen(row, row.version), NewPermission(key, **described), now, actor=OTTO)


def lowered(mara, now):
    make("approve", now, kind=Kind.PLAIN)


def lowered_in_two_steps(mara, now):
    make("approve", now, kind=Kind.EXPORT)
    make("approve", now, kind=Kind.PLAIN)


def replaced_by_a_plain_one(mara, now):
    row = Permission.objects.get(key="approve")
    permission_edits.remove(Seen(row, row.version), 1, now, actor=OTTO)
    permission_edits.add(NewPermission("Approve", "Approve", Kind.PLAIN), now, actor=OTTO)
    holding.give(mara, Rights(frozenset({"Approve"})), now, actor=OTTO)


LOWERED = [lowered, lowered_in_two_steps, replaced_by_a_plain_one]


@pytest.mark.mission("M2.8")
@pytest.mark.parametrize("lower", LOWERED)
def test_what_was_lowered_lately_needs_a_second_operator_for_a_month(elevated, otto, mara, now, lower):
    lower(mara, now)
    assert mailing.ask(elevated.pin, NEW, otto, now).state == PinMailing.AWAITING
    permission_edits.purge(now + permission_edits.STILL_ELEVATED - timedelta(seconds=1))
    assert mailing.ask(elevated.pin, NEW, otto, now).state == PinMailing.AWAITING
    assert permission_edits.purge in purge.IN_EVERY_TENANT
    permission_edits.purge(now + permission_edits.STILL_ELEVATED)
    assert mailing.ask(elevated.pin, NEW, otto, now).state == PinMailing.APPROVED


@pytest.mark.parametrize("lower", LOWERED)
def test_control_where_nobody_remembers_it_goes_at_once(elevated, otto, mara, now, lower, monkeypatch):
    monkeypatch.setattr(permission_edits, "_remember", lambda *_: None)
    lower(mara, now)
    assert mailing.ask(elevated.pin, NEW, otto, now).state == PinMailing.APPROVED


def test_what_was_always_plain_and_what_was_raised_is_not_remembered(catalogue, otto, mara, now):
    make("dispatch", now, label="Send out")
    make("dispatch", now, kind=Kind.ELEVATED)
    assert not rights_catalogue.read().permissions["dispatch"].was_above
    make("dispatch", now, kind=Kind.PLAIN)
    assert rights_catalogue.read().permissions["dispatch"].is_elevated


def by_kind(mara, now):
    make("report", now, kind=Kind.ELEVATED)


def by_the_owner(mara, now):
    holding.give(mara, Rights(frozenset({"approve", "report"}), frozenset({"driver"})), now, actor=OTTO)


def by_a_profile(mara, now):
    row = Profile.objects.get(key="driver")
    new = NewProfile("driver", "Driver", frozenset({"dispatch", "approve"}))
    profile_edits.change(Seen(row, row.version), new, now, actor=OTTO)


RAISED = [by_kind, by_the_owner, by_a_profile]


@pytest.fixture
def let_out(catalogue, otto, mara, now, open_to_all):
    """A PIN with nothing elevated, which Otto alone had mailed to Mallory."""
    catalogue.grants(mara, {"report"}, {"driver"})
    given = issue(mara)
    assert mailing.ask(given.pin, NEW, otto, now).state == PinMailing.APPROVED and posting_pins.step()
    return given


def rights_of_a_newcomer(tenant, given) -> frozenset[str]:
    """What Mallory gets who signs up with it."""
    person = sign_up(tenant, given.text, email=NEW, username="mallory").person
    Person.objects.filter(pk=person.pk).update(status=Person.ACTIVE)
    known = rights_catalogue.read()
    held = rights_catalogue.core.effective(holding.of(person), known)
    return frozenset(key for key in held if known.permissions[key].is_elevated)


@pytest.mark.mission("M2.8", "M2.10")
@pytest.mark.parametrize("raise_it", RAISED)
def test_what_becomes_elevated_once_a_copy_is_out_does_not_pass_on(let_out, open_to_all, mara, now, raise_it):
    raise_it(mara, now)
    reasons = {(one.key, one.reason) for one in offers.of_pin(let_out.pin).withheld}
    assert reasons & {("approve", "not_agreed"), ("report", "not_agreed")}
    assert not rights_of_a_newcomer(open_to_all, let_out)


@pytest.mark.parametrize("raise_it", RAISED)
def test_control_a_pin_that_remembers_nothing_would_pass_it_on(
    let_out, open_to_all, mara, now, raise_it, monkeypatch
):
    monkeypatch.setattr(offers, "of_pin", lambda pin: offers.of_owner(pin.owner, pin.withheld))
    raise_it(mara, now)
    assert rights_of_a_newcomer(open_to_all, let_out)


def test_what_a_second_operator_agreed_to_passes_on_and_no_more(elevated, otto, olga, mara, now, open_to_all):
    mailed = mailing.ask(elevated.pin, NEW, otto, now)
    assert mailed.elevated == ["approve"]
    assert mailing.approve(mailed, olga, now) and posting_pins.step()
    gets_more(mara, now)
    assert rights_of_a_newcomer(open_to_all, elevated) == {"approve"}


def test_a_copy_that_two_agreed_to_does_not_widen_one_that_went_alone(let_out, otto, olga, mara, now, open_to_all):
    by_the_owner(mara, now)
    assert mailing.ask(let_out.pin, "other@elsewhere.example", otto, now).state == PinMailing.APPROVED
    offers.let_out(type(let_out.pin).objects.get(pk=let_out.pin.pk), {"approve"})
    assert not offers.of_pin(let_out.pin).elevated


def test_to_the_owner_nothing_is_lost(elevated, otto, mara, now):
    mailing.ask(elevated.pin, OWN, otto, now)
    assert posting_pins.step() and offers.of_pin(elevated.pin).elevated == {"approve"}


@pytest.mark.mission("M2.8")
def test_nobody_agrees_to_what_was_raised_since_it_was_asked_for(elevated, catalogue, otto, olga, mara, now):
    catalogue.grants(mara, {"approve", "report"})
    mailed = mailing.ask(elevated.pin, NEW, otto, now + timedelta(seconds=1))
    by_kind(mara, now)
    assert not mailing.approve(mailed, olga, now + timedelta(minutes=1))


def test_a_change_of_kind_is_in_the_audit(elevated, mara, now):
    lowered(mara, now)
    told = Event.objects.get(action="permission.changed")
    assert (told.actor, told.data["changed"]["kind"]) == (OTTO, ["elevated", "plain"])
