"""The OpenAPI document as a page to read: rendered here, with nothing from anybody else.

The document speaks English. The page says its sentences in the reader's language, through the same catalogue as every
other page: `sentences` tells which they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from keyturn.api import problems
from keyturn.api.door import api


@dataclass(frozen=True)
class Field:
    """One line of a body or an answer."""

    name: str
    kind: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Call:
    """One call. `summary`, `paragraphs` and the descriptions of fields are sentences in English."""

    method: str
    path: str
    summary: str
    paragraphs: list[str]
    credential: str
    fields: list[Field]
    answers: list[tuple[str, str, list[Field]]]

    @property
    def anchor(self) -> str:
        """What a link to it says."""
        return f"{self.method}{self.path.replace('/', '-')}".lower()

    @property
    def sentences(self) -> list[str]:
        """What the page says of it in the reader's language."""
        fields = [*self.fields, *(field for _, _, fields in self.answers for field in fields)]
        return [self.summary, *self.paragraphs, *(field.description for field in fields if field.description)]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every call, its fields and answers, and every reason of a problem."""
    reasons = [(reason, status, detail) for reason, (status, _title, detail) in problems.REASONS.items()]
    return render(request, "api/docs.html", {"calls": _calls(api.get_openapi_schema()), "reasons": reasons})


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence that the page takes from the document and from the table of reasons, and where it stands."""
    for call in _calls(api.get_openapi_schema()):
        for sentence in call.sentences:
            yield sentence, f"{call.method} {call.path}"
    for reason, (_status, _title, detail) in problems.REASONS.items():
        yield detail, f"problem {reason}"


def _calls(document: dict[str, Any]) -> list[Call]:
    return [
        _call(document, path, method, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def _call(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Call:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Call(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        paragraphs=[" ".join(part.split()) for part in operation.get("description", "").split("\n\n") if part],
        credential=next((name for scheme in operation.get("security", []) for name in scheme), ""),
        fields=_fields(document, body) if body else [],
        answers=[_answer(document, status, answer) for status, answer in operation["responses"].items()],
    )


def _answer(document: dict[str, Any], status: int, answer: dict[str, Any]) -> tuple[str, str, list[Field]]:
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    return str(status), answer["description"], _fields(document, schema) if schema else []


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    schema = _resolved(document, schema)
    required = schema.get("required", [])
    return [
        Field(name, _kind(document, field), name in required, _description(field))
        for name, field in schema.get("properties", {}).items()
    ]


def _description(field: dict[str, Any]) -> str:
    """What the document says of a field; of one that may be left out it says it with the choice."""
    told = (choice.get("description", "") for choice in (field, *field.get("anyOf", ())))
    return next(filter(None, told), "")


def _kind(document: dict[str, Any], field: dict[str, Any]) -> str:
    field = _resolved(document, field)
    if "anyOf" in field:
        return _either(_kind(document, choice) for choice in field["anyOf"])
    if "enum" in field:
        return _either(map(str, field["enum"]))
    if field.get("type") == "array":
        return gettext("list of {things}").format(things=_kind(document, field["items"]))
    name = field.get("title", "object") if "properties" in field else field.get("type", "any")
    return ", ".join([name, *_bounds(field)])


def _either(kinds: Iterator[str]) -> str:
    return f" {gettext('or')} ".join(kinds)


def _bounds(field: dict[str, Any]) -> Iterator[str]:
    least, most = field.get("minLength"), field.get("maxLength")
    if least is not None:
        yield ngettext("at least {number} character", "at least {number} characters", least).format(number=least)
    if most is not None:
        yield ngettext("at most {number} character", "at most {number} characters", most).format(number=most)
    if "format" in field:
        yield field["format"]


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
