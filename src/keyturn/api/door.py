"""The API itself: who may call, what its errors look like, and a document that leaves no status out."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from keyturn.access import sessions
from keyturn.access.models import Session
from keyturn.api import problems
from keyturn.api.body import StrictParser
from keyturn.api.problems import ProblemAnswer
from keyturn.api.shapes import Problem
from keyturn.lib import clock

_MOST_ERRORS = 20
_FIELD_REASONS = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_type": "wrong_type",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "bad_character",
    "literal_error": "unknown_choice",
}
_HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    429: {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "required": True}},
}


class KeyturnAPI(NinjaAPI):
    """Ninja's, with the media type and the headers of errors as they are really sent."""

    _document: dict[str, Any] | None = None

    def get_openapi_schema(self, **where: Any) -> dict[str, Any]:
        """The document, made once: anybody may ask for it, and making it costs as much as a hundred other answers."""
        if self._document is None:
            self._document = self._made(**where)
        return self._document

    def _made(self, **where: Any) -> dict[str, Any]:
        document = super().get_openapi_schema(**where)
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    _correct(int(status), response)
        return document

    def get_openapi_operation_id(self, operation: Any) -> str:
        """The name of the view, which is unique."""
        return operation.view_func.__name__


class Bearer(HttpBearer):
    """A living session's token. `session_of` gives the session to the view; cookies are never looked at."""

    def __init__(self, *, restricted: bool = False):
        super().__init__()
        self._also_restricted = restricted

    def __call__(self, request: HttpRequest) -> Session | None:
        words = request.headers.get("Authorization", "").split(" ")
        if len(words) != 2 or words[0].lower() != "bearer":
            return None
        return self.authenticate(request, words[1])

    def authenticate(self, request: HttpRequest, token: str) -> Session | None:
        """The session, or None; raises ProblemAnswer when it may only set a new password."""
        tenant_of(request)
        session = sessions.resolve(token, Session.API, clock.now())
        if session and session.is_restricted and not self._also_restricted:
            raise ProblemAnswer("must_change_password")
        return session


class AlsoRestricted(Bearer):
    """The same; a session that may only set a new password will do."""

    def __init__(self) -> None:
        super().__init__(restricted=True)

    openapi_name = "Bearer"


def tenant_of(request: HttpRequest) -> Any:
    """The tenant whose host name was called; raises ProblemAnswer where none answers on it."""
    if request.tenant is None:
        raise ProblemAnswer("not_found")
    return request.tenant


def answers(*problems: int, status: int = 200, ok: Any = None) -> dict[int, Any]:
    """The statuses of an operation for the document: `status` with the shape `ok` or no body, the rest problems."""
    return {status: ok} | dict.fromkeys(sorted({400, 404, 405, 500, *problems}), Problem)


def sent(body: dict[str, Any], status: int = 200) -> HttpResponse:
    """A JSON answer."""
    return JsonResponse(body, status=status)


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _correct(status: int, response: dict[str, Any]) -> None:
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    if status >= 400 and "content" in response:
        response["content"] = {problems.MEDIA_TYPE: response["content"]["application/json"]}


def _field_errors(problem: ValidationError) -> list[dict[str, str]]:
    errors = []
    for error in problem.errors[:_MOST_ERRORS]:
        own = error.get("ctx", {}).get("reason") if error["type"] == "keyturn" else None
        reason = own or _FIELD_REASONS.get(error["type"], "malformed")
        errors.append({"field": str(error["loc"][-1])[:64], "reason": reason})
    return errors


api = KeyturnAPI(
    title="Keyturn",
    version="1",
    description="Gets people back in. See docs/api.md for the reasons of problems.",
    parser=StrictParser(),
    docs_url=None,
    urls_namespace="api-v1",
)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    return problems.answer(request, "malformed", errors=_field_errors(problem))


@api.exception_handler(ProblemAnswer)
def _problem(request: HttpRequest, problem: ProblemAnswer) -> HttpResponse:
    return problems.answer(request, problem.reason, **problem.members)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, problem: HttpError) -> HttpResponse:
    reason = "not_signed_in" if problem.status_code == 401 else "bad_request"
    return problems.answer(request, reason)
