"""A person: put on record, the tabs General and Mobile user, what is known of them, and forgetting."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyturn.console import person_form, person_page
from keyturn.console.guard import actor, guarded
from keyturn.console.mobile_form import MobileForm
from keyturn.console.person_form import PersonForm
from keyturn.door.answers import go_to, page, problem
from keyturn.enrollment import forgetting, on_record
from keyturn.enrollment.on_record import By
from keyturn.lib import clock
from keyturn.monitoring import belonging
from keyturn.operators import ranks
from keyturn.people import changes
from keyturn.people.changes import PeopleRefused
from keyturn.people.models import Address, Person

MARK = "tenants.change_settings"  # who may mark somebody for a second operator, and take the mark away
FORM = require_http_methods(["GET", "HEAD", "POST"])
NOTICES = {"saved": _("Saved."), "created": _("On record."), "restored": _("The address is written to again.")}


@FORM
@guarded("people.add_person")
def new(request: HttpRequest) -> HttpResponse:
    """Put somebody on record."""
    form = PersonForm(person_form.of(None), request.POST if request.method == "POST" else None)
    if request.method != "POST":
        form["name"].focus = True
        return _new_page(request, form)
    try:
        person = on_record.create(form.new(), _by(request))
    except PeopleRefused as refused:
        form.refuse_what(refused)
        return _new_page(request, form)
    return go_to("console_people_person", str(person.pk), query="notice=created")


@FORM
@guarded("people.view_person")
def general(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The tab General; sent, it changes what is on record."""
    person = person_page.person_or_404(person_id)
    may_mark = request.operator.has_perm(MARK)
    if request.method != "POST":
        return _general_page(request, person, PersonForm(person_form.of(person), may_mark=may_mark))
    if answer := _withheld(request, person, "people.change_person"):
        return answer
    form = PersonForm({}, request.POST, may_mark=may_mark)
    try:
        is_saved = on_record.change(person, form.wished(), form.version, _by(request))
    except PeopleRefused as refused:
        form.refuse_what(refused)
        return _general_page(request, person_page.person_or_404(person_id), form)
    if is_saved:
        return go_to("console_people_person", str(person.pk), query="notice=saved")
    person = person_page.person_or_404(person_id)
    return _overtaken(request, _general_page, person, form)


@FORM
@guarded("people.view_person")
def mobile(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The tab Mobile user: the switch, and the cell provider."""
    person = person_page.person_or_404(person_id)
    if request.method != "POST":
        return _mobile_page(request, person, MobileForm(person))
    if answer := _withheld(request, person, "people.change_person"):
        return answer
    form = MobileForm(person, request.POST)
    if form.refused:
        return _mobile_page(request, person, form)
    if on_record.change_mobile(person, form.version, _by(request), **form.wished()):
        return go_to("console_people_mobile", str(person.pk), query="notice=saved")
    person = person_page.person_or_404(person_id)
    return _overtaken(request, _mobile_page, person, form)


@require_POST
@guarded("people.change_person")
def restore(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Somebody found out that the address that bounced takes mail again."""
    person = person_page.person_or_404(person_id)
    if answer := _withheld(request, person, "people.change_person"):
        return answer
    changes.forget_bounce(person, clock.now(), actor=actor(request))
    return go_to("console_people_person", str(person.pk), query="notice=restored")


@require_safe
@guarded("people.export_person", confirmed=True)
def known(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """All that is known about a person, as a file."""
    person, now = person_page.person_or_404(person_id), clock.now()
    facts = forgetting.hand_out(person, now, actor=actor(request)) | belonging.known(person.pk)
    answer = HttpResponse(json.dumps(facts, indent=2, ensure_ascii=False), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="person-{person.pk}.json"'
    return answer


@FORM
@guarded("people.delete_person", confirmed=True)
def forget(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ask whether to forget somebody; sent, it is done."""
    person = person_page.person_or_404(person_id)
    if answer := _withheld(request, person, "people.delete_person"):
        return answer
    if request.method != "POST":
        return page(request, "console/people/forget.html", {"person": person})
    forgetting.forget(person, clock.now(), actor=actor(request))
    return go_to("console_people_list", query="notice=forgotten")


def _new_page(request: HttpRequest, form: PersonForm) -> HttpResponse:
    return page(request, "console/people/new.html", _choices() | {"form": form})


def _general_page(request: HttpRequest, person: Person, form: PersonForm, **more: Any) -> HttpResponse:
    values = person_page.context(person, "") | _choices() | _allowed(request, person) | more
    values |= {"form": form, "was": form.was(person), "notice": _notice(request)}
    values["told"] = Address.objects.filter(person=person, told_until__isnull=False).order_by("raw")
    return page(request, "console/people/general.html", values, status=more.get("status", 200))


def _mobile_page(request: HttpRequest, person: Person, form: MobileForm, **more: Any) -> HttpResponse:
    values = person_page.context(person, "mobile") | _allowed(request, person) | more
    values |= {"form": form, "notice": _notice(request)}
    return page(request, "console/people/mobile.html", values, status=more.get("status", 200))


def _overtaken(request: HttpRequest, show: Any, person: Person, form: Any) -> HttpResponse:
    """Somebody else saved meanwhile: what was typed stays, and what they changed stands beside it."""
    return show(request, person, form, status=409, overtaken=form.changed_meanwhile(person), is_overtaken=True)


def _choices() -> dict[str, Any]:
    return {"types": person_form.PHONE_TYPES.items(), "labels": person_form.LABELS}


def _allowed(request: HttpRequest, person: Person) -> dict[str, bool]:
    operator, is_below = request.operator, _is_below(request, person)
    return {
        "may_change": operator.has_perm("people.change_person") and is_below,
        "may_mark": operator.has_perm(MARK) and is_below,
        "may_forget": operator.has_perm("people.delete_person") and is_below,
        "may_export": operator.has_perm("people.export_person"),
        "may_reset": operator.has_perm("recovery.reset_password") and is_below,
        "is_outranked": not is_below,
    }


def _is_below(request: HttpRequest, person: Person) -> bool:
    emails = Address.objects.filter(person=person, kind=Address.EMAIL, told_until=None)
    return ranks.of_addresses(emails.values_list("lowered", flat=True)) < request.operator.rank


def _withheld(request: HttpRequest, person: Person, permission: str) -> HttpResponse | None:
    """The answer for whom this is not: the role lacks it, or the person stands as high as the operator."""
    if not request.operator.has_perm(permission):
        return problem(request, 403, _("This is not yours to change"), _("Your role looks on here. Ask a colleague."))
    if not _is_below(request, person):
        words = _("This person is an operator of your rank or above. Ask somebody who stands higher.")
        return problem(request, 403, _("This is not yours to change"), words)
    return None


def _by(request: HttpRequest) -> By:
    return By(actor(request), clock.now())


def _notice(request: HttpRequest) -> str:
    return NOTICES.get(request.GET.get("notice", ""), "")
