"""The answers that several pages give: go on there, wait until then, this went wrong."""

import math
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FIELD_ERRORS = 422  # Unprocessable Content (RFC 9110): the form was read, and a field of it cannot be taken


class SeeOther(HttpResponseRedirectBase):
    """The answer to a form that was taken: go and look there (RFC 9110, 303)."""

    status_code = 303


def go_to(name: str, *args: str, query: str = "") -> SeeOther:
    """Go on to one of our own pages, by the name of its route."""
    return SeeOther(reverse(name, args=args) + (f"?{query}" if query else ""))


def page(request: HttpRequest, template: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page; where its form has errors, with the status that says so."""
    form = values.get("form")
    return render(request, template, values, status=FIELD_ERRORS if form is not None and form.refused else status)


def problem(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    """A page that says what went wrong and where to go on."""
    values = {"title": title, "sentence": sentence}
    if request.path.startswith("/console/"):
        values |= {"back": reverse("console_home"), "back_words": _("Back to the console")}
    elif getattr(request, "tenant", None):
        values |= {"back": reverse("sign_in"), "back_words": _("Back to sign-in")}
    return render(request, "keyturn/problem.html", values, status=status)


def too_large(request: HttpRequest) -> HttpResponse:
    """A body with more in it than the address takes."""
    words = _("What was sent is larger than any form here. Go back and send less.")
    return problem(request, 413, _("Too much at once"), words)


def too_slow(request: HttpRequest) -> HttpResponse:
    """A body that was not here in time."""
    words = _("What you sent did not arrive in time. Go back and send it once more.")
    return problem(request, 408, _("This took too long"), words)


def seconds_until(until: datetime, now: datetime) -> int:
    """What Retry-After says: whole seconds, and never none."""
    return max(1, math.ceil((until - now).total_seconds()))


def too_many(request: HttpRequest, until: datetime, now: datetime) -> HttpResponse:
    """Wait: how long, in the header for programs and in a sentence for people."""
    seconds = seconds_until(until, now)
    minutes = math.ceil(seconds / 60)
    sentence = ngettext(
        "Wait %(minutes)d minute, then try again. Nothing is lost.",
        "Wait %(minutes)d minutes, then try again. Nothing is lost.",
        minutes,
    ) % {"minutes": minutes}
    answer = problem(request, 429, _("Too many tries"), sentence)
    answer.headers["Retry-After"] = str(seconds)
    return answer
