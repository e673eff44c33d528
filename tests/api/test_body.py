"""One strict reader of bodies."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from keyturn.api import body
from keyturn.api.problems import ProblemAnswer
from tests.api.caller import problem

BROKEN = [
    b" ",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"1",
    b'{"a": 1} x',
    b'{"a": 1, "a": 2}',
    b'{"a": {"b": 1, "b": 2}}',
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b'{"a": 1e999}',
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"a": "\\ud800"}',
    b'{"a": ["\\udfff"]}',
    b'{"\\ud800": 1}',
    b'{"a": "\\u0000"}',
    b'{"a": "\xff"}',
    b"\xef\xbb\xbf{}",
    '{"a": 1}'.encode("utf-16"),
    b"{'a': 1}",
    b'{"a": 1,}',
    b"[" * 8000,
    b'{"a":' * 2000,
    b'{"a": ' + b"[" * 9 + b"]" * 9 + b"}",
]


@pytest.mark.parametrize("raw", BROKEN)
def test_what_is_not_one_json_object_is_refused(app, raw):
    problem(app.call("POST", "/api/v1/recoveries", raw, content_type="application/json"), 400, "malformed_json")


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/json; charset=latin-1"],
)
def test_another_content_type_is_refused(app, kind):
    problem(app.call("POST", "/api/v1/recoveries", b"{}", content_type=kind), 415, "not_json")


def test_a_large_body_is_refused_before_it_is_read(app, monkeypatch):
    monkeypatch.setattr(body, "parse", None)  # would raise
    big = b'{"email": "' + b"a" * body.LARGEST + b'"}'
    problem(app.call("POST", "/api/v1/recoveries", big, content_type="application/json"), 413, "too_large")
    huge = b'{"email": "' + b"a" * 10**6 + b'"}'
    problem(app.call("POST", "/api/v1/recoveries", huge, content_type="application/json"), 413, "too_large")


def test_brackets_in_strings_are_no_depth():
    assert body.parse(b'{"a": "[[[[[[[[[[[[\\"[[[[[["}') == {"a": '[[[[[[[[[[[["[[[[[['}


@given(some.binary(max_size=200))
def test_any_bytes_are_an_object_or_a_refusal(raw):
    try:
        assert isinstance(body.parse(raw), dict)
    except ProblemAnswer as refusal:
        assert refusal.reason == "malformed_json"


@given(some.dictionaries(some.text(), some.none() | some.booleans() | some.integers() | some.text() | some.floats()))
def test_what_json_can_say_without_loss_is_read(content):
    try:
        assert body.parse(json.dumps(content).encode("utf-8", "surrogatepass")) == content
    except ProblemAnswer:
        text = json.dumps(content)
        assert any(sign in text for sign in ("NaN", "Infinity", "\\u0000", "\\ud"))
