"""Origins: https everywhere, plain http on this machine only."""

import pytest

from keyturn.lib import origins


@pytest.mark.parametrize(
    "url",
    [
        "https://movers.example",
        "https://movers.example:8443/",
        "http://127.0.0.1:8000",
        "http://localhost",
        "http://labs.localhost:8000",
        "http://[::1]:8000",
    ],
)
def test_a_safe_origin_is_taken(url):
    assert origins.parse(url, debug=False) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "movers.example",
        "http://movers.example",
        "http://10.0.0.1",
        "http://localhost.example",
        "javascript:alert(1)",
        "https://user@movers.example",
        "https://movers.example/path",
        "https://movers.example?x",
        "https://movers.example:99999",
        "https://movers.exa mple",
        "https://[::1",
    ],
)
def test_any_other_is_refused(url):
    with pytest.raises(origins.OriginRefused):
        origins.parse(url, debug=False)


def test_debug_allows_plain_http_anywhere():
    assert origins.parse("http://movers.example", debug=True) == "http://movers.example"
