"""An app that calls the API over Django's whole stack: middleware, routing, views."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

PROBLEM = "application/problem+json"


class App:
    """Speaks JSON to one host, as an app does."""

    def __init__(self, host: str = "movers.localhost"):
        self._client = Client(HTTP_HOST=host, raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One call; bytes go out as they are, everything else as JSON."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = headers.pop("content_type", "application/json" if raw else "")
        return self._client.generic(method, path, raw, content_type=kind, headers=headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """POST below /api/v1."""
        return self.call("POST", f"/api/v1{path}", body, **headers)

    def sign_in(self, identifier: str, password: str, **others: str) -> HttpResponse:
        """A new session."""
        return self.post("/sessions", {"identifier": identifier, "password": password, **others})


def problem(response: HttpResponse, status: int, reason: str) -> dict[str, Any]:
    """Check that it is this problem, whole, and give it back."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == PROBLEM
    body = response.json()
    assert (body["status"], body["reason"]) == (status, reason)
    assert {"type", "title", "detail", "instance"} <= body.keys()
    return body


def errors(response: HttpResponse) -> dict[str, str]:
    """Field and reason of a 422."""
    return {error["field"]: error["reason"] for error in problem(response, 422, "malformed")["errors"]}
