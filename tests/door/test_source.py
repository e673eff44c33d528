"""Where a request comes from: believed as far as the proxies that we named wrote it, and no further."""

import ipaddress

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from keyturn.door import source

PROXY = "10.0.0.1"


@pytest.fixture
def behind_a_proxy(settings):
    settings.KEYTURN_TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/24")]


def request(peer: str, forwarded: str = "", **headers: str):
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **extra, **headers)


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: the client wrote it
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # what stands left was written by the client
        (PROXY, "198.51.100.1, 10.0.0.7", "198.51.100.1"),  # two proxies in a row
        (PROXY, "198.51.100.1, nonsense", PROXY),
        (PROXY, "", PROXY),
        (PROXY, "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_clients_address(behind_a_proxy, peer, forwarded, believed):
    assert source.address_of(request(peer, forwarded)) == believed


@given(st.text(alphabet="0123456789abcdef.:, %x[]", max_size=60))
def test_a_client_cannot_write_its_own_address(forwarded):
    assert source.network_of(request("203.0.113.9", forwarded)) == "203.0.113.9"


def test_one_customer_of_ipv6_is_one_source():
    one, other = request("2001:db8:1:2::1"), request("2001:db8:1:2:ffff::9")
    assert source.network_of(one) == source.network_of(other) == "2001:db8:1:2::/64"


@pytest.mark.parametrize(("peer", "is_secure"), [(PROXY, True), ("203.0.113.9", False)])
def test_only_a_proxy_of_ours_may_say_that_the_client_speaks_tls(behind_a_proxy, peer, is_secure):
    assert source.is_secure(request(peer, HTTP_X_FORWARDED_PROTO="https")) is is_secure
