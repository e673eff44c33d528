"""Layouts as such: imported from the built-in words, made, renamed, removed."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from keyturn.console import layout_words, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.layout_page import CHANGE
from keyturn.console.row_form import RowForm, Spec
from keyturn.console.settings_form import SettingsForm
from keyturn.console.views import settings
from keyturn.door.answers import FIELD_ERRORS, go_to
from keyturn.lib import clock
from keyturn.outbox.layouts import importing, saving
from keyturn.outbox.layouts.models import StoredLayout
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.tenants import finding, tabs

LONGEST_NAME = 100
_NAME = Spec(
    "name", _("Name"), _("Variables point to a layout by this name, letter by letter."), longest=LONGEST_NAME
)
_MESSAGE = Spec(
    "message", _("Message"), _("Which of the messages that Keyturn writes it is for, and how it goes out.")
)


@guarded(CHANGE)
def ask_import(request: HttpRequest) -> HttpResponse:
    """Whoever was asked on the way who they are comes back here, and presses once more."""
    return go_to("console_settings_tab", "layouts")


@guarded(CHANGE, confirmed=True)
def do_import(request: HttpRequest) -> HttpResponse:
    """Copy the built-in words for editing; refused, with where to go, before the environment has a name."""
    try:
        came = importing.import_defaults(clock.now(), actor=actor(request))
    except LayoutRefused as problem:
        return _list(request, {"import_refused": layout_words.REFUSED[problem.reason]}, FIELD_ERRORS)
    if not came.created:
        return _list(request, {"notice": _("Every default layout is here already; nothing was changed.")}, 200)
    words = ngettext(
        "%(count)d layout was imported. From now on your own words go out.",
        "%(count)d layouts were imported. From now on your own words go out.",
        came.created,
    ) % {"count": came.created}
    return _list(request, {"notice": words}, 200)


@guarded(CHANGE)
def show_new(request: HttpRequest) -> HttpResponse:
    """An empty form."""
    return _new_page(request, RowForm((_NAME, _MESSAGE), {}), {})


@guarded(CHANGE)
def make(request: HttpRequest) -> HttpResponse:
    """A layout of this name, and on to its words."""
    form = RowForm((_NAME, _MESSAGE), {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _new_page(request, form, {"unconfirmed": True})
    if form.text("message") not in layout_words.messages():
        form.refuse("message", _("Choose one of these."))
    if form.refused:
        return _new_page(request, form, {})
    try:
        made = saving.create(form.text("name"), form.text("message"), clock.now(), actor=actor(request))
    except LayoutRefused as problem:
        form.refuse("name", layout_words.REFUSED[problem.reason])
        return _new_page(request, form, {})
    return go_to("console_layouts_one", str(made.pk), query="notice=made")


@guarded(CHANGE)
def ask_rename(request: HttpRequest, layout_id: UUID) -> HttpResponse:
    """One question."""
    layout = get_object_or_404(StoredLayout, pk=layout_id)
    return _rename_page(request, layout, RowForm((_NAME,), {"name": layout.name}))


@guarded(CHANGE, confirmed=True)
def do_rename(request: HttpRequest, layout_id: UUID) -> HttpResponse:
    """Another name; whatever pointed here still does."""
    layout, form = get_object_or_404(StoredLayout, pk=layout_id), RowForm((_NAME,), {}, request.POST)
    try:
        saving.rename(layout, form.text("name"), clock.now(), actor=actor(request))
    except LayoutRefused as problem:
        form.refuse("name", layout_words.REFUSED[problem.reason])
        return _rename_page(request, layout, form)
    return go_to("console_layouts_one", str(layout.pk), query="notice=renamed")


@guarded(CHANGE)
def ask_remove(request: HttpRequest, layout_id: UUID) -> HttpResponse:
    """One question, or why not."""
    return _remove_page(request, get_object_or_404(StoredLayout, pk=layout_id))


@guarded(CHANGE, confirmed=True)
def do_remove(request: HttpRequest, layout_id: UUID) -> HttpResponse:
    """Gone with all its versions, unless a variable points here."""
    layout = get_object_or_404(StoredLayout, pk=layout_id)
    try:
        saving.remove(layout, clock.now(), actor=actor(request))
    except LayoutRefused:
        return _remove_page(request, layout, FIELD_ERRORS)
    except StoredLayout.DoesNotExist as gone:  # somebody else did
        raise Http404 from gone
    return go_to("console_settings_tab", "layouts", query="notice=saved")


def _list(request: HttpRequest, more: dict[str, Any], status: int) -> HttpResponse:
    tenant = finding.by_id(request.tenant.id)
    answer = settings.answer(request, SettingsForm(settings.found("layouts"), tenant), tenant, more)
    answer.status_code = status
    return answer


def _new_page(request: HttpRequest, form: RowForm, more: dict[str, Any]) -> HttpResponse:
    values = {"form": form, "name_field": form.shown()[0], "messages": layout_words.messages()} | more
    framed = settings_page.framed(request, tabs.tab_of("layouts"), values)
    return settings_page.page(request, "console/layouts/new.html", framed)


def _rename_page(request: HttpRequest, layout: StoredLayout, form: RowForm) -> HttpResponse:
    values = {"layout": layout, "form": form, "fields": form.shown(), "may_change": True}
    return settings_page.page(request, "console/layouts/rename.html", values)


def _remove_page(request: HttpRequest, layout: StoredLayout, status: int = 200) -> HttpResponse:
    variables = [one.name for one in layout.variables.all()]
    return render(request, "console/layouts/remove.html", {"layout": layout, "variables": variables}, status=status)


import_defaults = settings_page.either(ask_import, do_import)
new = settings_page.either(show_new, make)
rename = settings_page.either(ask_rename, do_rename)
remove = settings_page.either(ask_remove, do_remove)
