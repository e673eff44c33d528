"""The document, the page for reading it and docs/api.md say the same, and the page needs nobody else."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.utils import translation

from keyturn.api import docs, problems
from keyturn.api.door import _FIELD_REASONS, api
from tests.api.caller import problem

PAGE = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
IN_SPANISH = {"Accept-Language": "es"}
KEYWORDS = {"$ref", "type", "format", "pattern", "enum", "items", "anyOf", "additionalProperties", "required"} | {
    *("minLength", "maxLength", "minimum", "maximum", "title", "description", "default", "examples")
}


def test_every_reason_is_explained_and_no_other():
    explained = dict(re.findall(r"^\| `([a-z_]+)` \| (\d{3}) \|", PAGE, re.MULTILINE))
    assert explained == {reason: str(words[0]) for reason, words in problems.REASONS.items()}
    assert all(f"`{reason}`" in PAGE for reason in _FIELD_REASONS.values())


def test_every_call_of_the_document_stands_on_the_page(app):
    document = app.call("GET", "/api/v1/openapi.json").json()
    calls = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert calls == set(re.findall(r"^\| `([A-Z]+ /api/v1/[a-z/{}-]+)`", PAGE, re.MULTILINE))


def test_every_error_status_of_a_call_is_a_problem():
    for methods in api.get_openapi_schema()["paths"].values():
        for operation in methods.values():
            errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
            assert {"400", "404", "405", "500"} <= set(map(str, errors))
            assert all(list(answer["content"]) == [problems.MEDIA_TYPE] for answer in errors.values())


def test_a_bound_of_a_field_has_the_name_that_json_schema_gives_it():
    """A word that it does not know bounds nothing, and whoever reads the document sends what is refused."""
    schemas = api.get_openapi_schema()["components"]["schemas"].values()
    assert {word for schema in schemas for word in _keywords(schema)} <= KEYWORDS


def _keywords(schema: dict) -> Iterator[str]:
    below = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *filter(None, [schema.get("items")])]
    yield from schema.keys() - {"properties"}
    for one in below:
        yield from _keywords(one)


def test_the_page_renders_every_call_and_asks_nobody_else(app):
    page = app.call("GET", "/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert all(path in text for path in api.get_openapi_schema()["paths"])
    assert all(f'id="{reason}"' in text for reason in problems.REASONS)
    assert not re.search(r"(?:src|href)=\"(?!/|#)", text) and "<script" not in text and " style=" not in text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_page_speaks_spanish_and_the_document_english(app):
    page = app.call("GET", "/api/v1/docs", **IN_SPANISH)
    assert '<html lang="es">' in page.content.decode()
    document = app.call("GET", "/api/v1/openapi.json", **IN_SPANISH)
    assert document.json() == app.call("GET", "/api/v1/openapi.json").json()


def test_no_sentence_of_the_document_stays_english_on_the_spanish_page(app):
    page = unescape(app.call("GET", "/api/v1/docs", **IN_SPANISH).content.decode())
    said = [sentence for sentence, _ in docs.sentences()]
    assert len(said) > 30
    with translation.override("es"):
        assert [sentence for sentence in said if translation.gettext(sentence) not in page] == []
    assert [sentence for sentence in said if sentence in page] == []


def test_a_field_that_may_be_left_out_is_described_too(app):
    assert "No extensions." in app.call("GET", "/api/v1/docs").content.decode()


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/me", "/api/v1/me/", "/api/%00"])
def test_an_unknown_path_is_a_problem_where_it_is_below_api(app, path):
    answer = app.call("GET", path)
    assert answer.status_code == 404
    if path.startswith("/api/"):
        problem(answer, 404, "not_found")


@pytest.mark.parametrize(("path", "allowed"), [("me", "GET"), ("password", "PUT"), ("recoveries", "POST")])
def test_an_unsupported_method_is_told_what_is_allowed(app, path, allowed):
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"} - {allowed}:
        answer = app.call(method, f"/api/v1/{path}")
        problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == allowed


def test_our_own_mistake_is_a_problem_and_tells_nothing(app, monkeypatch):
    monkeypatch.setattr("keyturn.api.recoveries.intake.ask", lambda asked, now: 1 / 0)
    broken = app.post("/recoveries", {"email": "mara@movers.example"})
    problem(broken, 500, "internal_error")
    assert b"division" not in broken.content
