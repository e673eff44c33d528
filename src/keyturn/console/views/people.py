"""The search box, and the list of people."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyturn.console import people_marks
from keyturn.console.guard import actor, guarded
from keyturn.directories import pending
from keyturn.door.answers import go_to, page
from keyturn.enrollment import log
from keyturn.lib import clock
from keyturn.lib.paging import keyset
from keyturn.people import lists, search
from keyturn.people.lists import Only
from keyturn.recovery.core import reference
from keyturn.recovery.models import Recovery

LONGEST_SEARCH = 200
SIZE = 50
CHOICES: dict[Only, Promise] = {
    Only.EVERYBODY: _("Everybody"),
    Only.ACTIVE: _("Active"),
    Only.INACTIVE: _("Inactive"),
    Only.NO_EMAIL: _("No email address"),
    Only.BOUNCED: _("Bounced"),
    Only.CANNOT_RECOVER: _("Cannot recover"),
    Only.TEMPORARY: _("Temporary password open"),
}


@require_safe
@guarded("people.view_person")
def find(request: HttpRequest) -> HttpResponse:
    """The search box of every page: whoever or whatever is meant, where there is no doubt; a list otherwise."""
    typed = _typed(request)
    if (heard := reference.read(typed)) and (found := _by_reference(request, heard)):
        return go_to(found, heard)
    if person := typed and search.exactly(typed):
        return go_to("console_people_person", str(person.pk))
    hits = search.find(typed)
    if len(hits.people) == 1:
        return go_to("console_people_person", str(*hits.people))
    return go_to("console_people_list", query=urlencode({"q": typed}) if typed else "")


@require_safe
@guarded("people.view_person")
def listing(request: HttpRequest) -> HttpResponse:
    """People by name, all or some of them."""
    typed, only, now = _typed(request), _only(request.GET.get("only", "")), clock.now()
    hits = search.find(typed) if typed else None
    people = lists.with_addresses(lists.listed(only, _among(only, hits)))
    shown = keyset(people, lists.ORDER, cursor=request.GET.get("page", ""), size=SIZE)
    values = {
        "searched": typed,
        "only": only,
        "choices": [{"name": one, "words": words, "is_here": one == only} for one, words in CHOICES.items()],
        "query": urlencode({name: value for name, value in (("q", typed), ("only", only)) if value}),
        "shown": shown,
        "rows": people_marks.rows(shown.rows, now),
        "may": {verb: request.operator.has_perm(f"people.{verb}_person") for verb in ("add", "import", "export")},
        "notice": _("Forgotten.") if request.GET.get("notice") == "forgotten" else "",
        "is_cut": hits is not None and hits.is_cut,
    }
    return page(request, "console/people/list.html", values)


@require_safe
@guarded("people.export_person", confirmed=True)
def export(request: HttpRequest) -> HttpResponse:
    """The list that is shown, as CSV."""
    typed, only, now = _typed(request), _only(request.GET.get("only", "")), clock.now()
    among = _among(only, search.find(typed) if typed else None)
    lines = lists.export(only, among, now, actor=actor(request))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="people-{now:%Y-%m-%d}.csv"'
    return answer


def _by_reference(request: HttpRequest, heard: str) -> str:
    """The page of a request or a sign-up of this reference; empty where there is none that one may see."""
    may = request.operator.has_perm
    if may("recovery.view_recovery") and Recovery.objects.filter(reference=heard).exists():
        return "console_requests_one"
    if may("enrollment.view_pin") and log.by_reference(heard):
        return "console_sign_ups_one"
    return ""


def _typed(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_SEARCH]


def _only(name: str) -> Only:
    return Only(name) if name in set(Only) else Only.EVERYBODY


def _among(only: Only, hits: Any) -> list[UUID] | None:
    """The few that the list is narrowed to, where it is."""
    if only is not Only.TEMPORARY:
        return None if hits is None else list(hits.people)
    holders = pending.holders(clock.now(), search.MOST)
    return [one for one in holders if hits is None or one in hits.people]
