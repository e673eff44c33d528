"""What goes wrong, in the words of RFC 9457: one table of reasons, one way to write them, one place that catches.

Every answer of the API with a status from 400 on is an `application/problem+json` with a stable `reason`
(docs/api.md lists them), also where no view was reached: unknown paths, unknown hosts, our own failures.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from keyturn.door.answers import seconds_until

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
_LONGEST_PATH = 200

# reason -> (status, title, detail)
REASONS = {
    "malformed_json": (400, "Bad request", "The body is not one JSON object as RFC 8259 has it."),
    "unknown_host": (400, "Bad request", "No organization has this address."),
    "bad_request": (400, "Bad request", "The request cannot be read."),
    "not_signed_in": (401, "Not signed in", "Send a living session's token as a Bearer token."),
    "refused": (401, "Refused", "The name or the password is not right."),
    "must_change_password": (403, "New password needed", "This session may only set a new password."),
    "link_refused": (403, "Refused", "This link and code do not open anything. Ask for a new message."),
    "wrong_password": (403, "Refused", "The current password is not right."),
    "forbidden": (403, "Forbidden", "This is not allowed."),
    "sign_up_not_offered": (403, "Not offered", "This organization lets nobody sign up by an app."),
    "not_found": (404, "Not found", "There is nothing at this address."),
    "method_not_allowed": (405, "Method not allowed", "The header Allow lists what can be done here."),
    "too_slow": (408, "Too slow", "The body did not arrive in time. Send it again."),
    "weak_password": (409, "Password too weak", "The new password does not suffice; the judgement says why."),
    "password_not_taken": (409, "Password not taken", "The directory will not have this password. Choose another."),
    "busy": (409, "Busy", "This link is being used at this very moment. Wait a moment."),
    "no_hand_on_key": (409, "No public key", "Register the public key of your software in the settings first."),
    "no_secret": (409, "No password", "No password is kept for this mailbox. Somebody must type it first."),
    "too_large": (413, "Too large", "A body has 16384 bytes at most."),
    "not_json": (415, "Unsupported media type", "Send application/json in UTF-8."),
    "malformed": (422, "Malformed fields", "Some fields cannot be taken; see errors."),
    "too_many_requests": (429, "Too many requests", "Wait as many seconds as the header Retry-After says."),
    "proof_needed": (
        429,
        "Work needed",
        "Many wrong PINs come. Send a proof of work with the sign-up, or wait as many seconds as Retry-After says.",
    ),
    "internal_error": (500, "Our mistake", "Something broke here, and nothing was changed."),
    "unavailable": (503, "Not available", "A directory or database did not answer. Try again."),
}
_BY_STATUS = {400: "bad_request", 401: "not_signed_in", 403: "forbidden", 404: "not_found"}
_BY_STATUS |= {405: "method_not_allowed", 408: "too_slow", 413: "too_large", 429: "too_many_requests"}
_BY_STATUS |= {503: "unavailable"}
_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


class ProblemAnswer(Exception):
    """Raised where a view cannot go on; becomes the answer."""

    def __init__(self, reason: str, **members: Any):
        super().__init__(reason)
        self.reason = reason
        self.members = members


def answer(request: HttpRequest, reason: str, **members: Any) -> HttpResponse:
    """A problem as a response. Further members (errors, judgement) stand beside the standard ones."""
    status, title, detail = REASONS[reason]
    body = {
        "type": f"/api/v1/docs#{reason}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path[:_LONGEST_PATH],
        "reason": reason,
        **members,
    }
    response = HttpResponse(json.dumps(body), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def wait(
    request: HttpRequest, until: datetime, now: datetime, reason: str = "too_many_requests", **members: Any
) -> HttpResponse:
    """429, and after how many seconds it is worth asking again."""
    response = answer(request, reason, **members)
    response.headers["Retry-After"] = str(seconds_until(until, now))
    return response


class Problems:
    """Turns whatever else came out below /api/ with an error status into a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(PREFIX) or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        problem = answer(request, self._reason(request, response))
        for name in _KEPT_HEADERS:
            if name in response.headers:
                problem.headers[name] = response.headers[name]
        return problem

    def _reason(self, request: HttpRequest, response: HttpResponse) -> str:
        if response.status_code == 400 and not hasattr(request, "tenant"):
            return "unknown_host"
        fallback = "bad_request" if response.status_code < 500 else "internal_error"
        return _BY_STATUS.get(response.status_code, fallback)
