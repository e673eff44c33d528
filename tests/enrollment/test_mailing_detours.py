"""Ways around the second operator, and around the walls, when a PIN is mailed (M2.8)."""

from datetime import timedelta

import pytest

from keyturn.enrollment import mailing, posting_pins
from keyturn.enrollment.mailing import Wanted
from keyturn.enrollment.models import PinMailing
from keyturn.operators.models import Operator
from keyturn.outbox.models import Location, Message
from keyturn.people import changes
from keyturn.people.models import Address, Permission
from keyturn.people.rights import holding
from keyturn.people.rights.core import Rights
from keyturn.tenants import scope
from tests.enrollment.acts import OTTO, issue

OWN, NEW = "mara@movers.example", "mallory@elsewhere.example"


def others(mara, now):
    changes.set_other_addresses(mara, [NEW], now, actor=OTTO)


def main(mara, now):
    changes.set_email(mara, NEW, now, actor=OTTO)


def by_themselves(mara, now):
    changes.set_email(mara, NEW, now, actor=f"person:{mara.pk}")


@pytest.mark.mission("M2.8")
@pytest.mark.parametrize("put_on_record", [others, main, by_themselves])
def test_an_address_set_a_moment_ago_is_not_the_owners_own_yet(elevated, otto, mara, now, put_on_record):
    put_on_record(mara, now)
    assert mailing.ask(elevated.pin, NEW, otto, now).state == PinMailing.AWAITING


def test_control_an_address_that_is_asked_for_no_age_would_get_it(elevated, otto, mara, now, monkeypatch):
    others(mara, now)
    monkeypatch.setattr(Wanted, "_is_settled", lambda *_: True)
    assert mailing.ask(elevated.pin, NEW, otto, now).state == PinMailing.APPROVED


def test_when_the_organizations_hours_are_over_it_is(elevated, otto, mara, now, in_movers):
    others(mara, now - timedelta(hours=in_movers.fresh_address_hours))
    assert mailing.ask(elevated.pin, NEW, otto, now).state == PinMailing.APPROVED


def test_what_passes_on_nothing_elevated_goes_at_once(otto, mara, now):
    others(mara, now)
    assert mailing.ask(issue(mara).pin, NEW, otto, now).state == PinMailing.APPROVED


def test_a_visitor_does_not_write_by_the_servers_of_another_organization(labs, mara, now):
    with scope.inside(labs.id):
        bench = Location.objects.create(name="Bench")
    visitor = Operator.objects.create(tenant=None, username="ines", default_location=bench)
    mailed = mailing.ask(issue(mara).pin, OWN, visitor, now)
    assert mailed.location_id is None
    assert posting_pins.step() and Message.objects.get().location_id is None


def test_the_location_that_was_chosen_here_is_used_by_a_visitor_too(mara, now):
    harbour = Location.objects.create(name="Harbour")
    visitor = Operator.objects.create(tenant=None, username="ines", default_location=harbour)
    assert mailing.ask(issue(mara).pin, OWN, visitor, now).location_id == harbour.pk


def test_an_address_that_was_there_from_the_beginning_is_own(elevated, otto, mara, now):
    assert Address.objects.get(person=mara, is_main=True).set_by_operator_at is None
    assert mailing.ask(elevated.pin, OWN, otto, now).state == PinMailing.APPROVED


def gets_more(mara, now):
    """Otto gives the owner more than Olga has seen."""
    rights = Rights(frozenset({"approve", "sign"}))
    Permission.objects.create(key="sign", label="Sign", kind="elevated")
    holding.give(mara, rights, now + timedelta(minutes=1), actor=OTTO)


@pytest.mark.mission("M2.8")
def test_nobody_agrees_to_what_was_changed_since_it_was_asked_for(elevated, otto, olga, mara, now):
    mailed = mailing.ask(elevated.pin, NEW, otto, now)
    gets_more(mara, now)
    assert not mailing.approve(mailed, olga, now + timedelta(minutes=2))


def test_nor_is_it_sent_when_that_was_changed_since_she_agreed(elevated, otto, olga, mara, now):
    mailed = mailing.ask(elevated.pin, NEW, otto, now)
    assert mailing.approve(mailed, olga, now)
    gets_more(mara, now)
    assert posting_pins.step() and not Message.objects.exists()
    assert PinMailing.objects.get().reason == "second_first"


def test_control_an_agreement_that_outlives_a_change_would_send_it(elevated, otto, olga, mara, now, monkeypatch):
    monkeypatch.setattr(mailing, "has_changed_since", lambda _: False)
    mailed = mailing.ask(elevated.pin, NEW, otto, now)
    gets_more(mara, now)
    assert mailing.approve(mailed, olga, now)
    assert posting_pins.step() and Message.objects.exists()
