"""The layout builder: the words of a layout in one language, beside how they would look."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyturn.console import layout_page, layout_words, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.layout_page import CHANGE, LANGUAGES, Draft
from keyturn.console.names import Names
from keyturn.console.settings_page import VIEW
from keyturn.door.answers import FIELD_ERRORS, go_to
from keyturn.lib import clock
from keyturn.outbox.layouts import queries, saving
from keyturn.outbox.layouts.core import comparing
from keyturn.outbox.layouts.models import StoredLayout
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.tenants import finding

NOTICES = {
    "saved": _("Saved. The next message is written like this, wherever a variable points here."),
    "made": _("Made. Below are the built-in words to begin with; nothing is used before a variable points here."),
    "renamed": _("Renamed. Variables that pointed here still do."),
    "restored": _("Restored, as the newest version."),
}


@require_safe
@guarded(VIEW)
def first(request: HttpRequest, layout_id: UUID) -> HttpResponse:
    """A layout in the language of the organization, or in one that it has."""
    layout = get_object_or_404(StoredLayout, pk=layout_id)
    there = list(layout.texts.values_list("language", flat=True))
    own = finding.by_id(request.tenant.id).language
    chosen = next((code for code in (own, *there) if code in LANGUAGES and (code in there or not there)), "en")
    return go_to("console_layouts_builder", str(layout_id), chosen, query=request.GET.urlencode())


@guarded(VIEW)
def show(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """The words that are kept."""
    one = layout_page.draft(request, layout_id, language)
    return layout_page.page(request, one, {"notice": NOTICES.get(request.GET.get("notice", ""))})


@guarded(CHANGE)
def save(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """What was typed: saved, refused with its problems, or overtaken; never lost."""
    one = layout_page.draft(request, layout_id, language)
    if one.form.refused:
        return layout_page.page(request, one, {})
    if not settings_page.is_confirmed(request):
        return layout_page.page(request, one, {"unconfirmed": True})
    wanted = saving.Draft(one.layout, language, one.form.words, one.form.version)
    try:
        came = saving.save(wanted, clock.now(), actor=actor(request), confirmed=one.form.is_confirmed)
    except LayoutRefused as gone:  # somebody else removed the layout meanwhile
        raise Http404 from gone
    if isinstance(came, saving.Outrun):
        return _overtaken(request, one)
    if isinstance(came, saving.NotSaved):
        layout_words.refuse(one.form, came.problems)
        return _not_saved(request, one)
    return go_to("console_layouts_builder", *one.path, query="notice=saved")


def _not_saved(request: HttpRequest, one: Draft) -> HttpResponse:
    answer = layout_page.page(request, one, {"must_confirm": not one.form.refused})
    answer.status_code = FIELD_ERRORS
    return answer


def _overtaken(request: HttpRequest, one: Draft) -> HttpResponse:
    """Somebody else saved meanwhile: what stands now beside what was typed, which Save puts in its place."""
    fresh = layout_page.draft(request, one.layout.pk, one.language)
    more: dict[str, Any] = {"overtaken": []}
    if fresh.kept is not None:
        kept = fresh.kept
        fresh.form["version"].value = str(kept.version)
        more["theirs"] = layout_page.lines(comparing.compare(queries.words_of(kept), fresh.form.words))
        more["faster"] = Names([kept.saved_by]).of(kept.saved_by)
    return layout_page.page(request, fresh, more)


builder = settings_page.either(show, save)
