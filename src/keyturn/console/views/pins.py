"""A person's PIN code: how it stands, giving one, replacing it, taking it away (M2.7, M2.13)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from keyturn.console import person_page, pin_page
from keyturn.console.guard import actor, guarded
from keyturn.console.pin_form import PinForm
from keyturn.console.settings_page import OVERTAKEN, either, is_confirmed
from keyturn.door.answers import FIELD_ERRORS, go_to, page
from keyturn.enrollment import pins
from keyturn.enrollment.pins import PinRefused
from keyturn.lib import clock
from keyturn.people.models import Person

NOTICES = {
    "taken": _("The PIN code is taken away and opens nothing any more."),
    "sent": _("The mail with the PIN code is on its way."),
    "asked": _("A second operator is asked, under Approvals. The mail goes out when somebody agrees."),
    "disabled": _("Everybody who came by it is disabled."),
    "disabled-some": _("They are disabled, but for operators of your rank or above: ask somebody of higher rank."),
}


@require_safe
@guarded("enrollment.view_pin")
def tab(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The tab PIN code."""
    person = person_page.person_or_404(person_id)
    values = person_page.context(person, "pin") | pin_page.of(person, request.tenant, clock.now())
    values |= pin_page.allowed(request.operator, person)
    values["notice"] = NOTICES.get(request.GET.get("notice", ""), "")
    return page(request, "console/pins/tab.html", values)


@require_safe
@guarded("enrollment.issue_pin", confirmed=True)
def ask(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The dialog: exactly what a new user would get, and how long and how often it works."""
    person = person_page.person_or_404(person_id)
    return _dialog(request, person, PinForm(days=str(request.tenant.pin_days), uses="1"))


@guarded("enrollment.issue_pin")
def issue(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give it, in place of the one before; nobody is shown it, so the next page mails it."""
    person, form = person_page.person_or_404(person_id), PinForm(posted=request.POST)
    terms = form.terms(pin_page.passing(person).marks)
    if terms is None:
        return _dialog(request, person, form)
    if not is_confirmed(request):
        return _dialog(request, person, form, unconfirmed=True)
    try:
        pins.issue(person, terms, clock.now(), actor=actor(request))
    except PinRefused as refused:
        form.refuse_for(refused)
        return _dialog(request, person, form)
    return go_to("console_pins_email", str(person.pk), query="notice=given")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("enrollment.issue_pin")
def take(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ask whether to take it away; sent, it is done."""
    person = person_page.person_or_404(person_id)
    if request.method != "POST":
        return page(request, "console/pins/take.html", {"person": person})
    if pin_page.stops(request.operator, person):
        return go_to("console_pins_tab", str(person.pk))
    pins.revoke(person, clock.now(), actor=actor(request))
    return go_to("console_pins_tab", str(person.pk), query="notice=taken")


def _dialog(request: HttpRequest, person: Person, form: PinForm, **more: Any) -> HttpResponse:
    passing = pin_page.passing(person)
    left_out = set(form.left_out(passing.marks)) if form.is_sent else set()
    values = {
        "person": person,
        "form": form,
        "ticks": [line | {"is_ticked": line["mask"] not in left_out} for line in passing.gets],
        "withheld": passing.withheld,
        "has_pin": person.has_pin,
        "stopped": pin_page.stops(request.operator, person),
    }
    status = OVERTAKEN if more else FIELD_ERRORS if form.refused else 200
    return render(request, "console/pins/give.html", values | more, status=status)


give = either(ask, issue)
