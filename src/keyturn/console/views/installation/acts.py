"""What owners do to an organization: suspend and resume it, host names, and going in, with a reason each time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from keyturn.console.guard import OWNERS_ONLY, guarded
from keyturn.console.views.installation.pages import found, to_one
from keyturn.door.answers import go_to, page
from keyturn.door.forms import Form
from keyturn.lib import clock
from keyturn.operators import tenancies, visits
from keyturn.operators.models import OperatorSession
from keyturn.operators.tenancies import Refusal
from keyturn.tenants import names
from keyturn.tenants.models import Tenant

LONGEST_REASON = 300
NOT_A_HOST = _("Write a host name or an IP address, without https:// and without a path.")
HOST_TAKEN = _("Another organization has this host name, or this one has it already.")
LINKS_NEED_IT = _("Links in messages begin with this host name. Change the public address first.")
ELSEWHERE = _("You are in an organization already. Leave that one first.")


class ReasonForm(Form):
    """A form that asks why, or for a host name."""

    EMPTY = Form.EMPTY | {"reason": _("Say why. The organization reads it in its audit."), "host": NOT_A_HOST}


@dataclass(frozen=True)
class Act:
    """Something that is done for a reason: question, meaning, word on the button, the flow, and where it leads."""

    question: Promise
    meaning: Promise
    word: Promise
    flow: Callable[[OperatorSession, Tenant, str, datetime], bool]
    notice: str
    is_grave: bool = False


ACTS = {
    "suspend": Act(
        _("Suspend %(name)s?"),
        _("Within a second nobody of theirs signs in, no session goes on, no link works and no message leaves."),
        _("Suspend"),
        lambda session, tenant, why, now: tenancies.suspend(tenant, session.operator, why, now),
        "suspended",
        is_grave=True,
    ),
    "resume": Act(
        _("Open %(name)s again?"),
        _("People and operators sign in again; sessions that have not run out go on."),
        _("Open again"),
        lambda session, tenant, why, now: tenancies.resume(tenant, session.operator, why, now),
        "resumed",
    ),
    "enter": Act(
        _("Enter %(name)s?"),
        _("You act there with the highest rank until you leave. Their audit says that you came and why."),
        _("Enter"),
        visits.enter,
        "",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(OWNERS_ONLY, outside=True, confirmed=True)
def act(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Ask why, then do it."""
    tenant, wished = found(slug), ACTS.get(name)
    if wished is None:
        raise Http404
    form = ReasonForm("reason", posted=request.POST)
    form["reason"].focus = True
    if request.method == "POST" and (why := form.line("reason", at_most=LONGEST_REASON)):
        if wished.flow(request.operator_session, tenant, why, clock.now()) or wished.notice:
            rotate_token(request)
            return to_one(tenant, wished.notice) if wished.notice else go_to("console_home")
        form.refuse_all(ELSEWHERE, focus="reason")
    question = wished.question % {"name": tenant.name}
    values = {"form": form, "organization": tenant, "act": wished, "question": question}
    return page(request, "console/installation/act.html", values)


@require_POST
@guarded(OWNERS_ONLY, outside=True)
def leave(request: HttpRequest) -> HttpResponse:
    """Go out of the organization that one is in.

    Its forms, open in another tab, end with the visit: or an operator invited there would own the installation.
    """
    visits.leave(request.operator_session, clock.now())
    rotate_token(request)
    return go_to("console_installation", query="notice=left")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(OWNERS_ONLY, outside=True, confirmed=True)
def add_host(request: HttpRequest, slug: str) -> HttpResponse:
    """One more host name."""
    tenant, form = found(slug), ReasonForm("host", posted=request.POST)
    form["host"].focus = True
    if request.method == "POST" and (host := _host(form)):
        if tenancies.add_host(tenant, host, request.operator, clock.now()) is None:
            return to_one(tenant, "host-added")
        form.refuse("host", HOST_TAKEN)
    return page(request, "console/installation/host.html", {"form": form, "organization": tenant})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(OWNERS_ONLY, outside=True, confirmed=True)
def remove_host(request: HttpRequest, slug: str, host: str) -> HttpResponse:
    """Take a host name away."""
    tenant, form = found(slug), Form("host")
    if request.method == "POST":
        refused = tenancies.remove_host(tenant, host, request.operator, clock.now())
        if refused is None:
            return to_one(tenant, "host-removed")
        form.refuse_all(LINKS_NEED_IT if refused is Refusal.LINKS_NEED_IT else HOST_TAKEN, focus="host")
    values = {"form": form, "organization": tenant, "host": host}
    return page(request, "console/installation/remove_host.html", values)


def _host(form: ReasonForm) -> str:
    typed = form.line("host", at_most=253)
    try:
        return names.host(typed) if typed else ""
    except names.NameRefused:
        form.refuse("host", NOT_A_HOST)
        return ""
