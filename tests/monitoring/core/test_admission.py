"""How many mailboxes are tried at once, and how fast: never more of a host, a tenant, or in all than is allowed."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.monitoring.core import admission
from keyturn.monitoring.core.admission import Limits, Places

LIMITS = Limits(at_once=6, of_host=2, of_tenant=4)
HERD = Limits(at_once=10**6, of_host=10**6, of_tenant=10**6, of_host_a_second=20)


def test_a_busy_host_leaves_places_to_others():
    places = Places(LIMITS)
    assert [places.take("mail.example", "movers", 0) for _ in range(3)] == [True, True, False]
    assert places.take("post.example", "movers", 0)


def test_a_busy_tenant_leaves_places_to_others():
    places = Places(LIMITS)
    for n in range(4):
        assert places.take(f"mail{n}.example", "movers", 0)
    assert not places.take("mail9.example", "movers", 0)
    assert places.take("mail9.example", "labs", 0)


def test_nothing_is_kept_of_hosts_long_gone():
    places = Places(LIMITS)
    for n in range(3 * admission._MANY):
        places.take(f"mail{n}.example", "movers", n)
        places.give_back(f"mail{n}.example", "movers")
    assert not places._under_way
    assert len(places._hosts) <= admission._MANY
    assert places.free == LIMITS.at_once


def begun_by(seconds: int, limits: Limits = HERD) -> list[int]:
    """How many of a herd on one host, which asks a hundred times a second, have begun at the end of each second."""
    places, counts = Places(limits), [0]
    for second in range(seconds):
        begun = sum(places.take("mail.example", "movers", second + share / 100) for share in range(100))
        counts.append(counts[-1] + begun)
    return counts


@pytest.mark.mission("M1.2")
def test_a_herd_reaches_its_host_at_a_steady_pace():
    counts = begun_by(10)
    assert counts[1] <= 2 * HERD.of_host_a_second  # one second's worth at once, and what runs out meanwhile
    assert all(later - sooner <= HERD.of_host_a_second + 1 for sooner, later in pairwise(counts[1:]))
    unpaced = Limits(10**6, 10**6, 10**6, of_host_a_second=10**6)
    assert begun_by(1, unpaced) == [0, 100]  # and without the pace they would all go at once


def test_the_more_are_turned_away_the_longer_they_are_put_off_and_that_passes():
    places = Places(HERD)
    for _ in range(20 + 400):
        places.take("mail.example", "movers", 0)
    assert places.backlog("mail.example", 0) == pytest.approx(20)
    assert places.backlog("mail.example", 15) == pytest.approx(5)
    assert places.backlog("mail.example", 60) == places.backlog("post.example", 60) == 0


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abcd"), st.sampled_from("xyz")), max_size=80))
def test_the_limits_hold_whoever_comes_and_goes(moves):
    places, under_way = Places(LIMITS), Counter()
    for comes, host, tenant in moves:
        if comes and places.take(host, tenant, 0):
            under_way[host, tenant] += 1
        elif not comes and under_way[host, tenant]:
            places.give_back(host, tenant)
            under_way[host, tenant] -= 1
        hosts, tenants = Counter(), Counter()
        for (one_host, one_tenant), count in under_way.items():
            hosts[one_host] += count
            tenants[one_tenant] += count
        assert places.taken == sum(under_way.values()) <= LIMITS.at_once
        assert max(hosts.values(), default=0) <= LIMITS.of_host
        assert max(tenants.values(), default=0) <= LIMITS.of_tenant
