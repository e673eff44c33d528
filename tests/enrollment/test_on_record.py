"""What staff change about a person: the login follows, the old addresses hear of it, and nobody is overwritten."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.directories import accounts
from keyturn.enrollment import on_record
from keyturn.enrollment.on_record import By, General
from keyturn.lib import addresses, clock
from keyturn.outbox.models import Message
from keyturn.people import addressing, changes, queries
from keyturn.people.changes import NewPerson, NewPhone, PeopleRefused
from keyturn.people.models import Address, Person
from keyturn.tenants import scope
from tests.enrollment.conftest import OTTO

PHONES = (NewPhone("+14155550101"), NewPhone("+14155550102", "office"))
AS_IT_IS = General(
    "driver-7", "Mara Lind", "active", "", "mara@movers.example", ("mara@home.example",), PHONES
)  # fmt: skip


def told(person):
    messages = Message.objects.filter(person=person, purpose="address_changed")
    return sorted(messages.values_list("address__raw", flat=True))


def fresh(person):
    return Person.objects.get(pk=person.pk)


def change(person, by, **wished):
    return on_record.change(person, replace(AS_IT_IS, **wished), fresh(person).version, by)


@pytest.mark.mission("M3.8")
def test_whoever_is_created_has_a_login_and_waits_for_the_first_mail(mara):
    account = accounts.of(mara)
    assert (account.login, account.login_key) == ("driver-7", "driver-7")
    assert fresh(mara).first_mail_due


def test_a_form_that_changes_nothing_audits_nothing_and_tells_nobody(mara, by):
    before = Event.objects.count()
    assert change(mara, by)
    assert Event.objects.count() == before
    assert told(mara) == []


@pytest.mark.mission("M4.8")
def test_a_new_user_name_renames_the_login(mara, by):
    assert change(mara, by, identifier="Mara.Lind")
    account = accounts.of(mara)
    assert (account.login, account.login_key) == ("Mara.Lind", "mara.lind")
    assert queries.by_identifier("MARA.LIND") == mara
    assert queries.by_identifier("driver-7") is None
    assert set(Event.objects.filter(actor=OTTO, at=by.now).values_list("action", flat=True)) == {
        "person.renamed",
        "account.renamed",
    }


@pytest.mark.parametrize("taken", ["vera", "VERA", "vera@movers.example"])
def test_a_user_name_that_finds_somebody_else_is_refused_and_nothing_changes(mara, by, taken):
    on_record.create(NewPerson("vera", "Vera", email="vera@movers.example"), by)
    with pytest.raises(PeopleRefused) as refused:
        change(mara, by, name="Somebody", identifier=taken)
    assert (refused.value.field, refused.value.reason) == ("identifier", "identifier_taken")
    assert (fresh(mara).name, accounts.of(mara).login) == ("Mara Lind", "driver-7")


def test_the_own_address_may_become_the_user_name(mara, by):
    assert change(mara, by, identifier="mara@movers.example")
    assert accounts.of(mara).login_key == "mara@movers.example"


def test_the_old_address_hears_of_a_new_one_and_the_new_one_does_not(mara, by):
    """ASVS 7.5.1: whoever takes an account over by its address is seen by its owner."""
    assert change(mara, by, email="mallory@evil.example")
    assert told(mara) == ["+14155550101", "mara@home.example", "mara@movers.example"]


def test_without_the_guard_a_taken_address_would_hear_nothing(mara, by, monkeypatch):
    """The control."""
    monkeypatch.setattr(addressing, "keep_told", lambda person, before, now: [])
    change(mara, by, email="mallory@evil.example")
    assert "mara@movers.example" not in told(mara)


def test_an_old_address_finds_nobody_serves_nothing_and_hears_of_changes_for_a_week(mara, by):
    change(mara, by, email="mara@new.example")
    old = Address.objects.get(raw="mara@movers.example")
    assert queries.by_email(addresses.parse("mara@movers.example")) is None
    assert queries.main_email(mara).raw == "mara@new.example"
    assert old in queries.notice_addresses(mara)
    assert addressing.purge(by.now + timedelta(days=6)) == 0
    assert addressing.purge(by.now + timedelta(days=8)) == 1
    assert old not in queries.notice_addresses(mara)


def test_an_old_number_gets_no_secret_any_more(mara, by):
    change(mara, by, phones=())
    assert queries.sms_number(mara) is None
    assert "+14155550101" in told(mara)


def test_an_old_address_that_comes_back_is_there_once(mara, by):
    change(mara, by, email="mara@new.example")
    change(mara, by)
    assert Address.objects.filter(person=mara, lowered="mara@movers.example").count() == 1


def test_an_address_that_bounces_is_not_told(mara, by):
    changes.remember_bounce(Address.objects.get(raw="mara@movers.example").pk, by.now)
    change(mara, by, email="mara@new.example")
    assert "mara@movers.example" not in told(mara)


def test_whoever_saves_second_is_told_and_overwrites_nothing(mara, by):
    seen = fresh(mara).version
    assert on_record.change(mara, replace(AS_IT_IS, name="Mara Anna Lind"), seen, by)
    assert not on_record.change(fresh(mara), replace(AS_IT_IS, email="x@movers.example"), seen, by)
    assert fresh(mara).name == "Mara Anna Lind"
    assert queries.main_email(mara).raw == "mara@movers.example"


@pytest.mark.parametrize(
    "other",
    [
        lambda mara, now: changes.set_status(mara, "inactive", now),
        lambda mara, now: changes.set_email(mara, "x@movers.example", now),
        lambda mara, now: changes.set_phones(mara, [], now),
        lambda mara, now: changes.update(mara, now, language="es"),
    ],
)
def test_every_change_makes_an_open_form_old(mara, by, other):
    seen = fresh(mara).version
    other(mara, by.now)
    assert not on_record.change(mara, AS_IT_IS, seen, by)


def test_the_mobile_switch_has_the_same_guard(mara, by, provider):
    seen = fresh(mara).version
    assert on_record.change_mobile(mara, seen, by, allow_mobile_password_reset=True, cell_provider_id=None)
    assert not on_record.change_mobile(mara, seen, by, allow_mobile_password_reset=False, cell_provider_id=None)
    assert fresh(mara).allow_mobile_password_reset


def save_at_once(tenant, person, runners=6):
    """Several operators press Save on the same version; returns how many were taken."""
    seen, taken, start = person.version, [], threading.Barrier(runners)

    def run(number):
        try:
            start.wait()
            with scope.inside(tenant.id):
                wished = replace(AS_IT_IS, name=f"Mara {number}")
                taken.append(on_record.change(Person.objects.get(pk=person.pk), wished, seen, By(OTTO, clock.now())))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken.count(True)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_once_one_is_taken(mara, movers):
    assert save_at_once(movers, mara) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_version_all_of_them_would_be(mara, movers, monkeypatch):
    """The control."""
    monkeypatch.setattr(changes, "seize", lambda person, version, now: True)
    assert save_at_once(movers, mara) == 6


def test_a_main_email_that_works_again_is_believed(mara, by):
    changes.remember_bounce(queries.main_email(mara).pk, by.now)
    mara = fresh(mara)
    assert (mara.reach, mara.can_be_reached) == ("bounced", False)
    assert changes.forget_bounce(mara, by.now, actor=OTTO)
    assert not changes.forget_bounce(mara, by.now, actor=OTTO)
    assert (fresh(mara).reach, fresh(mara).can_be_reached) == ("reached", True)
