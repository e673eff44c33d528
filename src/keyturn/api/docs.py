"""The OpenAPI document as a page to read: rendered here, with nothing from anybody else."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyturn.api import problems
from keyturn.api.door import api

_BOUNDS = {"minLength": "at least {} characters", "maxLength": "at most {} characters", "format": "{}"}


@dataclass(frozen=True)
class Field:
    """One line of a body or an answer."""

    name: str
    kind: str
    is_required: bool
    description: str


@dataclass(frozen=True)
class Call:
    """One call."""

    method: str
    path: str
    summary: str
    description: str
    needs_token: bool
    fields: list[Field]
    answers: list[tuple[str, str, list[Field]]]

    @property
    def anchor(self) -> str:
        """What a link to it says."""
        return f"{self.method}{self.path.replace('/', '-')}".lower()


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Every call, its fields and answers, and every reason of a problem."""
    document = api.get_openapi_schema()
    reasons = [(reason, *words) for reason, words in problems.REASONS.items()]
    return render(request, "api/docs.html", {"calls": _calls(document), "reasons": reasons})


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
        description=operation.get("description", ""),
        needs_token="security" in operation,
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
        Field(name, _kind(document, field), name in required, field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    ]


def _kind(document: dict[str, Any], field: dict[str, Any]) -> str:
    field = _resolved(document, field)
    if "anyOf" in field:
        return " or ".join(_kind(document, choice) for choice in field["anyOf"])
    if "enum" in field:
        return " or ".join(map(str, field["enum"]))
    if field.get("type") == "array":
        return f"list of {_kind(document, field['items'])}"
    bounds = [words.format(field[key]) for key, words in _BOUNDS.items() if key in field]
    return ", ".join([field.get("title", "object") if "properties" in field else field.get("type", "any"), *bounds])


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
