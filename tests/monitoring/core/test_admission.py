"""How many mailboxes are tried at once: never more of a host, of a tenant, or in all than the limits say."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from keyturn.monitoring.core.admission import Limits, Places

LIMITS = Limits(at_once=6, of_host=2, of_tenant=4)


def test_a_busy_host_leaves_places_to_others():
    places = Places(LIMITS)
    assert [places.take("mail.example", "movers") for _ in range(3)] == [True, True, False]
    assert places.take("post.example", "movers")


def test_a_busy_tenant_leaves_places_to_others():
    places = Places(LIMITS)
    for n in range(4):
        assert places.take(f"mail{n}.example", "movers")
    assert not places.take("mail9.example", "movers")
    assert places.take("mail9.example", "labs")


def test_nothing_is_kept_of_hosts_long_gone():
    places = Places(LIMITS)
    for n in range(100):
        places.take(f"mail{n}.example", "movers")
        places.give_back(f"mail{n}.example", "movers")
    assert not places._hosts
    assert places.free == LIMITS.at_once


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abcd"), st.sampled_from("xyz")), max_size=80))
def test_the_limits_hold_whoever_comes_and_goes(moves):
    places, under_way = Places(LIMITS), Counter()
    for comes, host, tenant in moves:
        if comes and places.take(host, tenant):
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
