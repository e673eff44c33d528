"""What others ask of the outbox."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from keyturn.outbox import queries
from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter, post
from keyturn.people.models import Address, Person
from keyturn.tenants import scope


@pytest.mark.parametrize("state", Message.DEAD)
def test_dead_are_those_that_will_never_arrive(posted, state):
    assert queries.dead([posted.id]) == set()
    Message.objects.update(state=state)
    assert queries.dead([posted.id]) == {posted.id}


def test_dead_is_what_went_to_an_address_that_is_not_on_record_any_more(posted):
    Message.objects.update(state=Message.SENT)
    assert queries.dead([posted.id]) == set()
    Address.objects.all().delete()
    assert queries.dead([posted.id]) == {posted.id}


def test_nobody_is_dead_in_another_tenant(posted, labs):
    Message.objects.update(state=Message.FAILED)
    with scope.inside(labs.id):
        assert queries.dead([posted.id]) == set()


def test_asking_about_nothing_costs_nothing(in_movers, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queries.dead([]) == set()


@pytest.mark.parametrize("state", [Message.FAILED, Message.EXPIRED, Message.BOUNCED])
def test_every_dead_end_is_followed_up_once(posted, now, state):
    Message.objects.update(state=state, ended_at=now)
    taken = queries.next_dead_end(now)
    assert (taken.id, taken.person.name, taken.address.kind) == (posted.id, "Mara Lind", "email")
    assert queries.next_dead_end(now) is None


@pytest.mark.parametrize("state", [Message.QUEUED, Message.SENT, Message.CANCELLED])
def test_other_ends_are_not(posted, now, state):
    Message.objects.update(state=state, ended_at=now)
    assert queries.next_dead_end(now) is None


def test_a_conclusion_that_failed_is_drawn_again(posted, now):
    Message.objects.update(state=Message.FAILED, ended_at=now)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert queries.next_dead_end(now)
        raise ZeroDivisionError
    assert queries.next_dead_end(now)


@pytest.fixture
def twelve_dead_ends(movers, now):
    """Written and committed, seen from outside of any tenant, as a worker sees them."""
    with scope.inside(movers.id):
        mara = Person.objects.create(identifier="mara", identifier_key="mara", name="Mara", created_at=now)
        email = Address.objects.create(
            person=mara, kind="email", raw="m@x.example", key="m@x.example", lowered="m@x.example"
        )
        letter = Letter("password_changed", email, {}, now + timedelta(hours=1))
        made = [post(letter, person=mara, now=now).id for _ in range(12)]
        Message.objects.update(state=Message.FAILED, ended_at=now, due_at=None)
    return made


def _taken_at_once(now):
    def take(_):
        try:
            return [taken.id for taken in iter(lambda: queries.next_dead_end(now), None)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return [taken for many in pool.map(take, range(4)) for taken in many]


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_take_each_dead_end_once(twelve_dead_ends, now):
    assert sorted(_taken_at_once(now)) == sorted(twelve_dead_ends)
