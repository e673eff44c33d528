"""Links in notices: what finds a mailbox, what ends a link, and that five tries are five."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F

from keyturn.monitoring import links
from keyturn.monitoring.models import Mailbox, MendingLink
from keyturn.people.models import Person
from keyturn.recovery import tickets
from keyturn.recovery.core import ticket as core
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.monitoring.mends import link_to

pytestmark = pytest.mark.mission("M1.10")


def counts(token, now) -> bool:
    link = links.find(token)
    return link is not None and links.is_alive(link, now)


def test_a_link_begins_with_the_tenants_own_address_and_finds_its_mailbox(broken, in_movers, now):
    address = links.issue(broken, now)
    assert address.startswith(f"{in_movers.public_url}/mailbox/")
    assert links.find(address.rpartition("/")[2]).mailbox == broken


def test_nothing_that_opens_it_is_kept(broken, now):
    token = link_to(broken, now)
    row = MendingLink.objects.values().get()
    assert token[16:] not in str(row)


@pytest.mark.parametrize("made_up", ["", "x", "a" * 43, "é" * 43, "a" * 10_000, "a\0" * 20, "\ud800" * 43, None, 7])
def test_what_was_made_up_finds_nothing(broken, now, made_up):
    link_to(broken, now)
    assert links.find(made_up) is None


def test_a_wrong_second_half_finds_nothing(broken, now):
    token = link_to(broken, now)
    assert links.find(token[:16] + "A" * 27) is None


def test_it_works_for_three_days(broken, now):
    token = link_to(broken, now)
    assert counts(token, now + timedelta(hours=71))
    assert not counts(token, now + timedelta(hours=72))


def test_the_newest_link_counts_and_no_other(broken, now):
    first, second = link_to(broken, now), link_to(broken, now)
    assert [counts(token, now) for token in (first, second)] == [False, True]


ENDINGS = {
    "the incident is over": lambda box: Mailbox.objects.update(incident=None),
    "another incident began": lambda box: Mailbox.objects.update(incident=uuid4()),
    "the person is inactive": lambda box: Person.objects.update(status=Person.INACTIVE),
    "the organization is suspended": lambda box: Tenant.objects.update(status=Tenant.SUSPENDED),
    "every try was taken": lambda box: MendingLink.objects.update(attempts=links.TRIES),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_it_ends_when(broken, now, ending):
    token = link_to(broken, now)
    assert counts(token, now)
    ending(broken)
    assert not counts(token, now)
    assert not links.count_try(links.find(token), now)


def test_no_other_organization_knows_it(broken, labs, now):
    token = link_to(broken, now)
    with scope.inside(labs.id):
        assert links.find(token) is None


def test_it_is_no_link_of_a_recovery(broken, now):
    token = core.read_token(link_to(broken, now))
    assert tickets.find(token, core.RESET) is None
    assert core.verifier_hash(token, scope.current_id(), core.RESET) != MendingLink.objects.get().verifier_hash


def _tries(token, now, count: int) -> int:
    """So many at once; how many were counted."""
    tenant_id = scope.current_id()

    def racer(_number: int) -> bool:
        try:
            with scope.inside(tenant_id):
                return links.count_try(links.find(token), now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as racers:
        return sum(racers.map(racer, range(count)))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_five_have_a_try(broken, now):
    assert _tries(link_to(broken, now), now, 20) == links.TRIES


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_all_twenty_would(broken, now, monkeypatch):
    def looks_first(link, now):
        is_free = link.attempts < links.TRIES
        MendingLink.objects.filter(pk=link.pk).update(attempts=F("attempts") + 1)
        return is_free or True

    monkeypatch.setattr(links, "count_try", looks_first)
    assert _tries(link_to(broken, now), now, 20) > links.TRIES
