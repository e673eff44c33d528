"""Readiness (M0.21): of one person, what is missing and where it is mended; of the organization, how many could."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyturn.console import person_page
from keyturn.console.guard import guarded
from keyturn.console.person_page import person_or_404
from keyturn.door.answers import page
from keyturn.lib import clock
from keyturn.people.models import Person
from keyturn.recovery import readiness, wording
from keyturn.recovery.core.facts import Method
from keyturn.recovery.core.policy import Reason
from keyturn.recovery.readiness import Readiness, Way

METHODS = {
    Method.LINK: _("Link and code by email"),
    Method.TEMPORARY_PASSWORD: _("Temporary password for the app"),
}
NOT_ABOUT = {  # rules that this way, or a page about somebody who is known, never fails by
    Method.LINK: {"unknown_person", "disallowed_person", "foreign_email", "directory_of_one"},
    Method.TEMPORARY_PASSWORD: {"unknown_person"},
}
_SETTINGS, _GENERAL, _MOBILE = "settings", "", "mobile"
MENDED_AT = {  # where the person's page, or the settings, have what is missing
    Reason.METHOD_DISALLOWED: _SETTINGS,
    Reason.PERSON_DISALLOWED: _MOBILE,
    Reason.PERSON_INACTIVE: _GENERAL,
    Reason.NO_EMAIL: _GENERAL,
    Reason.EMAIL_NOT_ON_RECORD: _GENERAL,
    Reason.EMAIL_MAY_NOT_RECEIVE: _GENERAL,
    Reason.EMAIL_BOUNCED: _GENERAL,
}


@require_safe
@guarded("people.view_person")
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The Readiness tab."""
    person = person_or_404(person_id)
    ready = readiness.of(person, request.tenant, clock.now())
    values = person_page.context(person, "readiness") | {"ways": [_shown(person, way) for way in ready.ways]}
    values["besides"] = _besides(person, ready)
    return page(request, "console/helpdesk/readiness.html", values)


@require_safe
@guarded("recovery.view_recovery")
def of_tenant(request: HttpRequest) -> HttpResponse:
    """How many could recover right now, counted part by part; each answer carries what was counted before."""
    total = Person.objects.count()
    seen, ready = (_number(request.GET.get(name, "")) for name in ("seen", "ready"))
    part = readiness.part(request.tenant, clock.now(), after=_id(request.GET.get("after", "")))
    values = {"total": total, "seen": seen + part.seen, "ready": ready + part.ready, "after": part.after}
    values["total"] = max(total, values["seen"])
    return page(request, "console/helpdesk/tenant_readiness.html", values)


def _shown(person: Person, way: Way) -> dict[str, Any]:
    lines = [_line(person, name, reason) for name, reason in way.rules if name not in NOT_ABOUT[way.method]]
    return {"title": METHODS[way.method], "is_open": way.is_open, "lines": lines}


def _line(person: Person, name: str, reason: Reason | None) -> dict[str, Any]:
    if reason is None:
        return {"words": wording.rule(name), "is_ok": True}
    return {"words": wording.explain(reason), "is_ok": False, "path": _path(person, MENDED_AT.get(reason))}


def _path(person: Person, where: str | None) -> str:
    if where is None:
        return ""  # it passes by itself, or nobody mends it here
    return "/console/settings/" if where == _SETTINGS else f"/console/people/{person.pk}/{where}"


def _besides(person: Person, ready: Readiness) -> list[dict[str, Any]]:
    """What a message needs besides the decision: a server that takes it, a number, a gateway."""
    mobile = _path(person, _MOBILE)
    return [
        {
            "words": _("A mail server takes this organization's messages"),
            "missing": _("No mail server is set up: messages wait."),
            "is_ok": readiness.has_mail_profile(),
            "path": "/console/settings/mail",
        },
        {
            "words": _("The person has a number for text messages"),
            "missing": _("No number takes text messages. The password goes by email alone."),
            "is_ok": ready.has_number,
            "path": _path(person, _GENERAL),
        },
        {
            "words": _("A provider takes text messages for the person"),
            "missing": _("No provider takes text messages for this person, or it has ended."),
            "is_ok": ready.has_gateway,
            "path": mobile,
        },
    ]


def _number(raw: str) -> int:
    """What was counted before; anything else is nothing."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def _id(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None
