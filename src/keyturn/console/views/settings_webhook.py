"""The webhook of the tenant's own software: put on record, changed, its secret made and shown once, taken away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from keyturn.console import settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.row_form import CHECK, RowForm, Spec
from keyturn.console.settings_page import CHANGE
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import EditLost
from keyturn.monitoring import webhooks
from keyturn.monitoring.webhooks import NewWebhook, WebhookRefused
from keyturn.tenants import tabs

_CALLED = _("Begins with https://. It is called by POST, signed as Standard Webhooks has it.")
FIELDS = (
    Spec("url", _("Address"), _CALLED, longest=500),
    Spec("is_enabled", _("In use"), _("Off: nothing is called, and nothing is kept to be called later."), CHECK),
)


@guarded(CHANGE)
def show(request: HttpRequest) -> HttpResponse:
    """The webhook as it is, or an empty form."""
    return _page(request, _kept(), {})


@guarded(CHANGE)
def save(request: HttpRequest) -> HttpResponse:
    """Put it on record, or change it; a new one's secret is shown this once."""
    form = RowForm(FIELDS, {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _page(request, form, {"unconfirmed": True})
    wanted = NewWebhook(form.text("url").strip(), form.text("is_enabled") == "on")
    try:
        secret = webhooks.save(wanted, form.version, clock.now(), actor=actor(request))
    except WebhookRefused as problem:
        form.refuse_for(problem)
        return _page(request, form, {})
    except EditLost:
        kept = _kept()
        form["version"].value = kept["version"].value
        changed = settings_page.differences(form, kept, FIELDS, beside={"is_enabled"})
        return _page(request, form, {"overtaken": changed})
    return _shown(request, secret) if secret else go_to("console_settings_tab", "mailboxes", query="notice=saved")


@require_POST
@guarded(CHANGE, confirmed=True)
def renew(request: HttpRequest) -> HttpResponse:
    """Make another secret, and show it this once."""
    try:
        return _shown(request, webhooks.renew(_version(request), clock.now(), actor=actor(request)))
    except EditLost:
        return _page(request, _kept(), {"overtaken": []})


@require_POST
@guarded(CHANGE, confirmed=True)
def remove(request: HttpRequest) -> HttpResponse:
    """Take it away."""
    try:
        webhooks.remove(_version(request), clock.now(), actor=actor(request))
    except EditLost:
        return _page(request, _kept(), {"overtaken": []})
    return go_to("console_settings_tab", "mailboxes", query="notice=saved")


def _version(request: HttpRequest) -> int:
    return RowForm((), {}, request.POST).version


def _kept() -> RowForm:
    row = webhooks.current()
    return RowForm(FIELDS, vars(row) if row else {"is_enabled": True})


def _shown(request: HttpRequest, secret: str) -> HttpResponse:
    return render(request, "console/settings/hook_made.html", _framed(request, {"secret": secret}))


def _page(request: HttpRequest, form: RowForm, more: dict[str, Any]) -> HttpResponse:
    values = {"form": form, "fields": form.shown(), "row": webhooks.current()} | more
    return settings_page.page(request, "console/settings/hook.html", _framed(request, values))


def _framed(request: HttpRequest, values: dict[str, Any]) -> dict[str, Any]:
    return settings_page.framed(request, tabs.tab_of("mailboxes"), values)


hook = settings_page.either(show, save)
