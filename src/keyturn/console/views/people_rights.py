"""The tab *Rights* of a person: what the organization's programs let them do."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.console import person_page, rights_form, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.rights_form import RightsForm
from keyturn.door.answers import go_to, page, problem
from keyturn.lib import clock
from keyturn.operators import ranks
from keyturn.people.models import Address, Person
from keyturn.people.rights import catalogue, holding
from keyturn.people.rights.wanted import RightsRefused

CHANGE = "people.change_rights"


@guarded("people.view_person")
def show(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What somebody holds, and what it comes to."""
    person = person_page.person_or_404(person_id)
    return _page(request, person, RightsForm(holding.rights_of(person), person.version))


@guarded(CHANGE)
def change(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Make it what was ticked and typed."""
    person = person_page.person_or_404(person_id)
    if words := _against(request, person):
        return problem(request, 403, _("This is not yours to change"), words)
    form = RightsForm(holding.rights_of(person), person.version, request.POST)
    if form.refused:
        return _page(request, person, form)
    if not settings_page.is_confirmed(request):
        return _page(request, person, form, is_unconfirmed=True)
    try:
        is_saved = holding.change(person, form.wished(), form.version, clock.now(), actor=actor(request))
    except RightsRefused as refused:
        form.refuse_what(refused)
        return _page(request, person, form)
    if is_saved:
        return go_to("console_people_rights", str(person.pk), query="notice=saved")
    person = person_page.person_or_404(person_id)
    overtaken = form.changed_meanwhile(person, holding.rights_of(person))
    return _page(request, person, form, overtaken=overtaken, is_overtaken=True)


def _page(request: HttpRequest, person: Person, form: RightsForm, **more: Any) -> HttpResponse:
    known, against = catalogue.read(), _against(request, person)
    values = person_page.context(person, "rights") | rights_form.ticks(form, known) | more
    values |= {
        "form": form,
        "effective": rights_form.effective(holding.rights_of(person), known),
        "effects": rights_form.EFFECTS.items(),
        "labels": rights_form.LABELS,
        "against": against,
        "may_change": request.operator.has_perm(CHANGE) and not against,
        "notice": _("Saved.") if request.GET.get("notice") == "saved" else "",
    }
    return page(request, "console/people/rights.html", values, status=settings_page.OVERTAKEN if more else 200)


def _against(request: HttpRequest, person: Person) -> Promise | None:
    """Why these rights are not for this operator to change, whatever the role."""
    emails = list(Address.objects.filter(person=person, kind=Address.EMAIL, told_until=None))
    theirs = [one.lowered for one in emails]
    if ranks.is_own(request.operator, theirs):
        return _("These are rights of your own. Nobody changes those; ask a colleague of your rank or above.")
    if ranks.of_addresses(theirs) >= request.operator.rank:
        return _("This person is an operator of your rank or above. Only somebody who stands higher changes this.")
    return None


rights = settings_page.either(show, change)
