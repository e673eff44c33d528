"""The numbers of the last days: counted while they change, and never counted again after."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from keyturn.audit import events
from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Person
from keyturn.recovery import tally
from keyturn.recovery.models import DailyTally, Recovery
from keyturn.tenants import scope
from tests.portal.invitations import shapes_of
from tests.recovery import acts
from tests.recovery.acts import MARAS_EMAIL, recover


def today() -> DailyTally:
    tally.count(clock.now())
    return tally.last_days(clock.now().date())[-1]


def numbers(row: DailyTally) -> tuple:
    return row.asked, row.delivered, row.completed, row.median_seconds


def days_pass(days: int) -> None:
    passed = timedelta(days=days)
    Recovery.objects.update(created_at=F("created_at") - passed, ended_at=F("ended_at") - passed)


def test_asked_and_refused(mara, in_movers):
    recover(in_movers)
    recover(in_movers, email="nobody@movers.example")
    assert numbers(today()) == (2, 0, 0, None)


def test_delivered_is_what_a_mail_server_took(mara, in_movers):
    recover(in_movers)
    Message.objects.update(state=Message.SENT)
    recover(in_movers, email="nobody@movers.example")
    assert numbers(today()) == (2, 1, 0, None)


def test_a_temporary_password_by_two_channels_is_delivered_once(mara, in_movers):
    recover(in_movers, method="temporary_password", phone=acts.MARAS_PHONE)
    Message.objects.update(state=Message.DELIVERED)
    assert numbers(today()) == (1, 1, 0, None)


def test_from_asking_to_signed_in(mara, in_movers):
    recovery = recover(in_movers)
    acts.redeems(*acts.link_and_code())
    signed_in = Recovery.objects.get().created_at + timedelta(seconds=95)
    Recovery.objects.filter(pk=recovery.pk).update(ended_at=F("created_at") + timedelta(seconds=60))
    for at in (recovery.created_at - timedelta(hours=1), signed_in, signed_in + timedelta(minutes=5)):
        events.record("session.opened", at=at, actor=f"person:{mara.pk}", subject=f"person:{mara.pk}")
    assert numbers(today()) == (1, 0, 1, 95)


def test_the_median_is_of_those_who_signed_in(mara, in_movers, monkeypatch):
    monkeypatch.setattr(tally, "_seconds_to_signed_in", lambda _: iter([5.0, 100.0, 20.0]))
    recover(in_movers)
    assert today().median_seconds == 20


def test_counting_again_changes_nothing(mara, in_movers):
    recover(in_movers)
    assert numbers(today()) == numbers(today())
    assert DailyTally.objects.count() == 1


def test_the_first_count_looks_back_over_all_that_is_shown(mara, in_movers):
    recover(in_movers)
    days_pass(20)
    tally.count(clock.now())
    assert [row.asked for row in tally.last_days(clock.now().date())].index(1) == 9


def test_days_that_cannot_change_any_more_are_not_counted_again(mara, in_movers):
    recover(in_movers)
    tally.count(clock.now())
    days_pass(10)
    tally.count(clock.now())
    assert sum(row.asked for row in tally.last_days(clock.now().date())) == 1, "the row of today alone"


def test_what_retention_removed_was_asked_all_the_same(mara, in_movers):
    recover(in_movers)
    assert today().asked == 1
    recover(in_movers, email="nobody@movers.example")
    Recovery.objects.filter(person=mara).delete()
    assert today().asked == 1


def test_reading_is_one_statement_and_thirty_rows(mara, in_movers, django_assert_num_queries):
    day = clock.now().date()
    with django_assert_num_queries(1):
        assert len(tally.last_days(day)) == 30


@pytest.mark.parametrize("many", [3, 300])
def test_counting_costs_the_same_for_few_and_for_many(mara, in_movers, many, django_assert_max_num_queries):
    recover(in_movers)
    row = Recovery.objects.get()
    Recovery.objects.bulk_create(_copy(row, number) for number in range(many))
    tally.count(clock.now())
    with django_assert_max_num_queries(20):
        tally.count(clock.now())
    assert today().asked == many + 1


def test_few_and_many_are_asked_about_in_the_same_words(mara, in_movers, now):
    """A driver keeps what it has prepared: another statement for every number would fill the worker's memory."""
    recover(in_movers)
    row, said = Recovery.objects.get(), []
    tally.count(clock.now())  # the first count looks back further
    for number, person in enumerate((mara, changes.create(NewPerson("nils", "Nils Holm"), now))):
        _copy(row, number, person).save()
        with shapes_of(connection) as shapes:
            tally.count(clock.now())
        said.append(shapes)
    assert said[0] == said[1]


def _copy(row: Recovery, number: int, person: Person | None = None) -> Recovery:
    ended = row.created_at + timedelta(seconds=number)
    return Recovery(
        reference=f"R{number}",
        person=person or row.person,
        method="link",
        door="portal",
        state=Recovery.COMPLETED,
        created_at=row.created_at,
        ended_at=ended,
    )


def test_every_tenant_has_its_own(mara, in_movers, labs):
    recover(in_movers)
    with scope.inside(None):
        assert tally.step() is False
    with scope.inside(labs.pk):
        assert sum(row.asked for row in tally.last_days(clock.now().date())) == 0
    assert Event.objects.filter(action="recovery.opened").count() == 1
    assert MARAS_EMAIL not in repr(DailyTally.objects.values())
