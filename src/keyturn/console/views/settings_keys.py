"""API keys: made and shown once, listed, revoked."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from keyturn.console import settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.row_form import SENTENCES, RowForm, Spec
from keyturn.console.settings_page import CHANGE
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.operators import api_keys
from keyturn.operators.api_keys import SCOPES, KeyRefused, NewKey
from keyturn.operators.models import ApiKey
from keyturn.tenants import tabs

FIELDS = (
    Spec("name", _("Name"), _("Which program has it, so that you know whose it is in a year."), longest=100),
    Spec("days", _("Days that it lives"), _("Empty: until it is revoked."), longest=4),
)


@guarded(CHANGE)
def show_new(request: HttpRequest) -> HttpResponse:
    """An empty form."""
    return _page(request, RowForm(FIELDS, {"days": "365"}), {})


@guarded(CHANGE)
def make(request: HttpRequest) -> HttpResponse:
    """Make a key, and show it this once."""
    form = RowForm(FIELDS, {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _page(request, form, {"unconfirmed": True})
    try:
        wanted = NewKey(form.text("name"), tuple(request.POST.getlist("scopes")), _days(form))
        issued = api_keys.issue(wanted, clock.now(), actor=actor(request))
    except KeyRefused as problem:
        if problem.field == "scopes":
            return _page(request, form, {"scopes_error": SENTENCES[problem.reason]})
        form.refuse_for(problem)
        return _page(request, form, {})
    values = settings_page.framed(request, tabs.tab_of("api-keys"), {"issued": issued})
    return render(request, "console/settings/key_made.html", values)


@guarded(CHANGE)
def ask_revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """One question."""
    return render(request, "console/settings/key_revoke.html", {"key": get_object_or_404(ApiKey, pk=key_id)})


@guarded(CHANGE, confirmed=True)
def do_revoke(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """End it at once."""
    get_object_or_404(ApiKey, pk=key_id)
    api_keys.revoke(key_id, clock.now(), actor=actor(request))
    return go_to("console_settings_tab", "api-keys", query="notice=saved")


def _days(form: RowForm) -> int | None:
    typed = form.text("days").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 4 and int(typed) > 0):
        raise KeyRefused("not_a_count", "days")
    return int(typed)


def _page(request: HttpRequest, form: RowForm, more: dict[str, Any]) -> HttpResponse:
    ticked = request.POST.getlist("scopes") if request.method == "POST" else list(SCOPES)
    scopes = [{"name": name, "words": words, "is_ticked": name in ticked} for name, words in SCOPES.items()]
    if "scopes_error" in more:
        form.refused_words = more["scopes_error"]
    values = settings_page.framed(
        request, tabs.tab_of("api-keys"), {"form": form, "fields": form.shown(), "scopes": scopes} | more
    )
    return settings_page.page(request, "console/settings/key_new.html", values)


new = settings_page.either(show_new, make)
revoke = settings_page.either(ask_revoke, do_revoke)
