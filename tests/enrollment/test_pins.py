"""A PIN is given, replaced, taken back, and ends by itself; nobody but the worker can read it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from keyturn.audit.models import Event
from keyturn.enrollment import offers, pins, terms, unfinished
from keyturn.enrollment.core import pin as core
from keyturn.enrollment.models import Pin
from keyturn.enrollment.pins import Ended, PinRefused, Terms
from keyturn.lib import hashing
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.tenants import scope
from tests.enrollment.acts import OTTO, issue


def has_pin(person: Person) -> bool:
    return Person.objects.get(pk=person.pk).has_pin


@pytest.mark.mission("M2.7", "M2.12")
def test_a_person_is_given_a_pin(in_movers, mara, now):
    given = pins.issue(mara, Terms(), now, actor=OTTO)
    pin = Pin.objects.get()
    assert (pin, pin.owner, pin.max_uses, pin.uses, pin.issued_by) == (given.pin, mara, 1, 0, OTTO)
    assert pin.expires_at == now + timedelta(days=in_movers.pin_days)
    assert has_pin(mara) and pins.of(mara, now) == pin
    assert Event.objects.get(action="pin.issued").subject == f"person:{mara.pk}"


def test_nobody_who_issues_one_sees_its_secret(in_movers, mara, now):
    given = pins.issue(mara, Terms(), now, actor=OTTO)
    code = pins.opened(given.pin)
    assert given.text == pins.shown(given.pin) == f"{code.selector}-•••••-•••••"
    kept = repr(Pin.objects.values().get()) + repr(list(Event.objects.values())) + repr(given) + str(given.pin)
    assert code.secret not in kept and code.written not in kept
    assert hashing.verify(code.secret, given.pin.secret_hash)


def test_a_copy_opens_in_its_own_row_and_tenant_alone(in_movers, labs, mara, now):
    first = pins.issue(mara, Terms(), now, actor=OTTO).pin
    other = Pin(id=first.id, sealed=first.sealed)
    assert pins.opened(other) is not None
    assert pins.opened(Pin(sealed=first.sealed)) is None
    with scope.inside(labs.id):
        assert pins.opened(other) is None


@pytest.mark.mission("M2.7")
def test_a_second_one_takes_the_place_of_the_first(mara, now):
    first, second = issue(mara), issue(mara)
    first.pin.refresh_from_db()
    assert (first.pin.ended_because, first.pin.sealed) == (Ended.REPLACED, None)
    assert pins.of(mara, now) == second.pin and has_pin(mara)


def test_the_database_allows_one_living_pin_a_person(mara, now):
    given = issue(mara).pin
    given.pk, given.selector = None, "ZZZZ"
    with pytest.raises(IntegrityError), transaction.atomic():
        given.save(force_insert=True)


@pytest.mark.mission("M2.7")
def test_it_is_taken_back_once(mara, now):
    issue(mara)
    assert pins.revoke(mara, now, actor=OTTO) and not pins.revoke(mara, now, actor=OTTO)
    ended = Pin.objects.get()
    assert (ended.ended_because, ended.sealed, ended.ended_at) == (Ended.REVOKED, None, now)
    assert not has_pin(mara) and pins.of(mara, now) is None
    assert Event.objects.filter(action="pin.ended", reason="revoked").count() == 1


@pytest.mark.mission("M2.13")
@pytest.mark.parametrize(
    "spoil, why",
    [
        (lambda mara, now: Pin.objects.update(expires_at=now), Ended.EXPIRED),
        (lambda mara, now: changes.set_status(mara, Person.INACTIVE, now), Ended.OWNER_INACTIVE),
    ],
)
def test_what_is_over_is_ended_and_the_mark_falls(mara, now, spoil, why):
    issue(mara)
    spoil(mara, now)
    assert pins.of(mara, now) is None
    unfinished.purge(now)
    ended = Pin.objects.get()
    assert (ended.ended_because, ended.sealed) == (why, None)
    assert not has_pin(mara)
    unfinished.purge(now)
    assert Event.objects.filter(action="pin.ended").count() == 1


def test_deactivation_takes_the_mark_in_the_same_statement(mara, now):
    issue(mara)
    changes.set_status(mara, Person.INACTIVE, now)
    assert not has_pin(mara)
    changes.set_status(mara, Person.ACTIVE, now)
    assert not has_pin(mara)


def test_forgetting_the_owner_destroys_the_pin(mara, now):
    issue(mara)
    changes.delete(mara, now)
    assert not Pin.objects.exists()


@pytest.mark.parametrize(
    "wished, reason, field",
    [
        (Terms(days=0), "out_of_range", "days"),
        (Terms(days=366), "out_of_range", "days"),
        (Terms(max_uses=0), "out_of_range", "max_uses"),
        (Terms(max_uses=1001), "out_of_range", "max_uses"),
        (Terms(max_uses=-1), "out_of_range", "max_uses"),
        (Terms(domains=("nowhere",)), "bad_domain", "domains"),
        (Terms(domains=("a b.example",)), "bad_domain", "domains"),
        (Terms(domains=("x@y.example",)), "bad_domain", "domains"),
        (Terms(domains=tuple(f"d{n}.example" for n in range(21))), "too_many", "domains"),
        (Terms(fixed_address="nobody"), "not_an_address", "fixed_address"),
        (Terms(withheld=frozenset({"x" * 201})), "too_many", "withheld"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(mara, now, wished, reason, field):
    with pytest.raises(PinRefused) as refused:
        pins.issue(mara, wished, now, actor=OTTO)
    assert (refused.value.reason, refused.value.field) == (reason, field)
    assert not Pin.objects.exists()


def test_terms_are_kept_in_the_form_that_is_compared():
    read = terms.read(
        Terms(domains=(" @Movers.Example ", "movers.example", "", "möwe.example"), fixed_address=" p@X.example")
    )
    assert read.domains == ("movers.example", "xn--mwe-sna.example")
    assert read.fixed_address == "p@x.example"


@pytest.mark.parametrize("role, is_issued", [(Role.ADMINISTRATOR, False), (Role.OWNER, False), (Role.HELPDESK, True)])
def test_nobody_gives_a_pin_to_somebody_of_their_rank_or_above(in_movers, otto, mara, now, role, is_issued):
    Operator.objects.create(tenant=in_movers, username="mara", role=role, email="Mara@movers.example")
    try:
        pins.issue(mara, Terms(), now, actor=OTTO)
    except PinRefused as refused:
        assert refused.reason == "outranked"
    assert Pin.objects.exists() is is_issued


@pytest.mark.parametrize("status", [Person.INACTIVE, Person.PENDING])
def test_only_somebody_active_gets_one(otto, mara, now, status):
    Person.objects.filter(pk=mara.pk).update(status=status)
    with pytest.raises(PinRefused, match="not_active"):
        pins.issue(mara, Terms(), now, actor=OTTO)


def test_a_selector_that_is_taken_is_drawn_again(mara, now, monkeypatch):
    first = issue(mara)
    taken = core.PinText(first.pin.selector, "0123456789")
    drawn = iter([taken, core.PinText("ZZZZ", "0123456789")])
    monkeypatch.setattr(core, "draw", lambda: next(drawn))
    assert issue(mara).pin.selector == "ZZZZ"
    assert Pin.objects.get(pk=first.pin.pk).ended_because == Ended.REPLACED


@pytest.mark.mission("M2.13")
def test_what_is_offered_is_what_a_new_user_would_get(mara, catalogue):
    catalogue.grants(mara, {"dispatch", "approve", "rule"}, {"driver"})
    offer = offers.of_owner(mara)
    assert offer.rights.permissions == {"dispatch", "approve"} and offer.elevated == {"approve"}
    assert [(one.key, one.reason) for one in offer.withheld] == [("rule", "administration")]
    assert not offers.of_owner(mara, {"permission:approve"}).elevated
