"""A draft before it is saved: its problems as somebody types, its frame, a test to the operator's own address."""

from base64 import b64encode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keyturn.console import layout_page, layout_words, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.layout_page import CHANGE
from keyturn.console.settings_page import VIEW
from keyturn.console.views import settings_trials
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.outbox.layouts import preview, trying
from keyturn.outbox.layouts.core.words import WordsRefused
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.merge import MergeRefused
from keyturn.outbox.trials import Asker, TrialRefused
from keyturn.tenants import finding

# The mail in its frame may run nothing, ask nobody, send nothing, and lead nowhere.
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)


@guarded(CHANGE)
def back(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """Whoever comes here without a draft, by the choice of a language or an address, goes on to the builder."""
    one = layout_page.draft(request, layout_id, language)
    return go_to("console_layouts_builder", *one.path)


@guarded(CHANGE)
def sent_check(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """What is wrong and how it would look: parts of the page for the script, the page with all of it without."""
    one = layout_page.draft(request, layout_id, language)
    if request.htmx:
        return render(request, "console/layouts/checked.html", layout_page.parts(request, one))
    return layout_page.page(request, one, {})


@guarded(CHANGE)
def sent_html(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """The builder with HTML that looks as the text alone does, for whoever wants to go on from there."""
    one = layout_page.draft(request, layout_id, language)
    one.form["html"].value = preview.starting_html(one.writing)
    return layout_page.page(request, one, {})


@guarded(VIEW)
def kept_frame(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """The HTML of what is kept."""
    return _framed(request, layout_id, language)


@guarded(CHANGE)
def sent_frame(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """The HTML of what was typed."""
    return _framed(request, layout_id, language)


@guarded(CHANGE)
def sent_test(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """Send what stands in the form to the operator's own address."""
    one = layout_page.draft(request, layout_id, language)
    if first := settings_trials.unconfirmed(request, lambda: layout_page.page(request, one, {"unconfirmed": True})):
        return first
    asker = Asker(actor(request), clock.now())
    try:
        asked = trying.send_me(one.writing, request.operator, asker, number=one.form["number"].value)
    except (LayoutRefused, MergeRefused, TrialRefused, WordsRefused) as problem:
        layout_words.refuse_test(one.form, problem)
        return settings_trials.refused(request, one.form, lambda: layout_page.page(request, one, {}))
    return settings_trials.begun(request, asked)


def _framed(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    tenant = finding.by_id(request.tenant.id)
    logo = f"data:{tenant.logo_type};base64,{b64encode(tenant.logo).decode()}" if tenant.logo else ""
    previewed, _person = layout_page.looked_at(layout_page.draft(request, layout_id, language), logo=logo)
    answer = HttpResponse(previewed.html)
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer


check = settings_page.either(back, sent_check)
html = settings_page.either(back, sent_html)
test = settings_page.either(back, sent_test)
frame = settings_page.either(kept_frame, sent_frame)
