"""What a tenant may be called in addresses."""

import pytest

from keyturn.tenants import names
from keyturn.tenants.names import NameRefused


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Recover.Example.com", "recover.example.com"),
        (" movers.example:8000 ", "movers.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("localhost", "localhost"),
    ],
)
def test_a_host_is_kept_in_small_letters_without_its_port(typed, meant):
    assert names.host(typed) == meant


@pytest.mark.parametrize("typed", ["", "a b", "https://x", "x/y", "-x", "x-", "é.example", "a" * 300, "x\0"])
def test_what_is_no_host_is_refused(typed):
    with pytest.raises(NameRefused):
        names.host(typed)


@pytest.mark.parametrize("typed", ["", "Movers", "a b", "-a", "a-", "a_b", "a" * 51, "a\n"])
def test_what_is_no_slug_is_refused(typed):
    with pytest.raises(NameRefused):
        names.slug(typed)
