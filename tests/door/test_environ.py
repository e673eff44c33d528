"""What Django is told about a request, as PEP 3333 has it, and nothing that a client could say in a proxy's place."""

from types import SimpleNamespace

import pytest
from django.core.handlers.wsgi import WSGIRequest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.door import bodies, environ

WORDS = st.text("abcxyz-_", min_size=1, max_size=12)


class Headers(list):
    """Headers as granian gives them: names in small letters, each as often as it was sent."""

    def items(self):
        return list(self)


def scope(*headers, **words):
    given = {"method": "GET", "path": "/", "query_string": "", "http_version": "1.1", "scheme": "http"}
    given |= {"client": "203.0.113.9:40000", "server": "127.0.0.1:8000", "headers": Headers(headers)}
    return SimpleNamespace(**given | words)


def of(*headers, body=b"", **words):
    return environ.of(scope(*headers, **words), body)


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ({"client": "203.0.113.9:40000"}, "REMOTE_ADDR", "203.0.113.9"),
        ({"client": "[2001:db8::7]:40000"}, "REMOTE_ADDR", "2001:db8::7"),
        ({"server": "[::1]:8000"}, "SERVER_PORT", "8000"),
        ({"http_version": "1"}, "SERVER_PROTOCOL", "HTTP/1.0"),
        ({"http_version": "1.1"}, "SERVER_PROTOCOL", "HTTP/1.1"),
        ({"path": "/é/€"}, "PATH_INFO", "/é/€".encode().decode("latin-1")),
        ({"query_string": "x=%FF&y=é"}, "QUERY_STRING", "x=%FF&y=\xc3\xa9"),
        ({"method": "HEAD"}, "REQUEST_METHOD", "HEAD"),
        ({"scheme": "https"}, "wsgi.url_scheme", "https"),
    ],
)
def test_the_words_of_the_request(words, name, value):
    assert of(**words)[name] == value


def test_headers_of_one_name_are_joined():
    told = of(("x-forwarded-for", "1.1.1.1"), ("cookie", "a=1"), ("x-forwarded-for", "2.2.2.2"), ("cookie", "b=2"))
    assert told["HTTP_X_FORWARDED_FOR"] == "1.1.1.1,2.2.2.2"
    assert told["HTTP_COOKIE"] == "a=1; b=2"


@given(st.lists(st.tuples(WORDS, st.just("x"))))
def test_no_header_with_an_underscore_is_handed_on(headers):
    """Two spellings of one name: the second is dropped, wherever it stands."""
    spelled = [name for name, _ in headers if "_" not in name]
    own = {"CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_") for name in spelled}
    assert {name for name in of(*headers) if name.startswith("HTTP_")} == own


def test_without_the_filter_it_would_be(monkeypatch):
    monkeypatch.setattr(environ, "_is_ambiguous", lambda name: False)
    assert of(("x_forwarded_for", "3.3.3.3"))["HTTP_X_FORWARDED_FOR"] == "3.3.3.3"


def test_the_body_is_whole_and_has_its_length():
    told = of(("transfer-encoding", "chunked"), ("content-type", "application/json"), body=b'{"a": 1}', method="POST")
    assert "HTTP_TRANSFER_ENCODING" not in told
    request = WSGIRequest(told)
    assert (request.body, request.content_type) == (b'{"a": 1}', "application/json")


@pytest.mark.parametrize("refusal", bodies.Refusal)
def test_a_refused_body_is_empty_and_says_why(refusal):
    told = of(("content-length", "100"), body=refusal)
    assert told[bodies.KEY] is refusal
    assert WSGIRequest(told).body == b""


def test_no_client_can_say_that_its_body_was_refused():
    assert bodies.KEY not in of((bodies.KEY, "too_large"))
