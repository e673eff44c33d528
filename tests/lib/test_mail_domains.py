"""Mail comes from the host of an origin; an address stands in brackets, or real servers refuse the sender."""

import pytest

from keyturn.lib import origins


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://recover.movers.example", "recover.movers.example"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]:8000", "[IPv6:::1]"),
        ("", "localhost"),
    ],
)
def test_the_domain_of_mail_from_an_origin(url, domain):
    assert origins.mail_domain(url) == domain
