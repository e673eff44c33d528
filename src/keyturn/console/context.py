"""What the frame of every console page knows: who is signed in, and where they may go."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.console.guard import ANYBODY, OWNERS_ONLY
from keyturn.operators.models import Operator


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    path: str
    words: str | Promise
    permission: str
    icon: str


PLACES = (
    Place("/console/", _("Home"), ANYBODY, "home"),
    Place("/console/people/", _("People"), "people.view_person", "people"),
    Place("/console/mailboxes/", _("Mailboxes"), "monitoring.view_mailbox", "mail"),
    Place("/console/requests/", _("Requests"), "recovery.view_recovery", "requests"),
    Place("/console/sign-ups/", _("Sign-ups"), "enrollment.view_pin", "new"),
    Place("/console/deliveries/", _("Deliveries"), "outbox.view_message", "deliveries"),
    Place("/console/approvals/", _("Approvals"), "recovery.approve_reset", "ok"),
    Place("/console/readiness/", _("Readiness"), "recovery.view_recovery", "clock"),
    Place("/console/audit/", _("Audit"), "audit.view_event", "audit"),
    Place("/console/settings/", _("Settings"), "tenants.view_settings", "settings"),
    Place("/console/operators/", _("Operators"), "operators.view_operator", "operators"),
    Place("/console/installation/", _("Installation"), OWNERS_ONLY, "installation"),
)


def console(request: HttpRequest) -> dict[str, Any]:
    """The values of the console's frame; nothing on other pages."""
    operator = getattr(request, "operator", None)
    if operator is None:
        return {}
    may_issue_pin = operator.has_perm("enrollment.issue_pin")  # for the round icon on every tab of a person
    return {"operator": operator, "places": _places(request, operator), "may_issue_pin": may_issue_pin}


def _places(request: HttpRequest, operator: Operator) -> list[dict[str, Any]]:
    return [
        {"path": place.path, "words": place.words, "icon": place.icon, "is_here": _is_here(request.path, place.path)}
        for place in PLACES
        if _may_go(request, operator, place)
    ]


def _may_go(request: HttpRequest, operator: Operator, place: Place) -> bool:
    if place.permission == OWNERS_ONLY:
        return operator.is_installation_owner
    if request.operator_session.tenant_id is None:
        return False  # an owner who has not entered a tenant has the installation alone
    return place.permission == ANYBODY or operator.has_perm(place.permission)


def _is_here(path: str, place: str) -> bool:
    return path == place if place == "/console/" else path.startswith(place)
