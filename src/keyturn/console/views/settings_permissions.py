"""Permissions of the organization: added, changed, removed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyturn.console import rights_page, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.rights_page import CHANGE
from keyturn.console.row_form import CHOICE, RowForm, Spec
from keyturn.console.settings_page import VIEW
from keyturn.lib import clock
from keyturn.lib.edits import EditLost, Seen
from keyturn.people.rights import permission_edits, wording
from keyturn.people.rights.core import Kind
from keyturn.people.rights.models import Permission
from keyturn.people.rights.wanted import NewPermission, RightsRefused

_KIND = Spec(
    "kind",
    _("Kind"),
    _("Says whether a PIN code may ever pass it on."),
    kind=CHOICE,
    choices=dict(Permission.Kind.choices),
    costs={str(one): wording.of_kind(one) for one in Kind},
)
PERMISSION = (rights_page.LABEL, _KIND, rights_page.CLONEABLE)


@guarded(CHANGE)
def show_new(request: HttpRequest) -> HttpResponse:
    """An empty form."""
    form = RowForm((rights_page.KEY, *PERMISSION), {"kind": str(Kind.PLAIN), "is_cloneable": True})
    return _page(request, form, None)


@guarded(CHANGE)
def add(request: HttpRequest) -> HttpResponse:
    """Put a permission into the catalogue."""
    form = RowForm((rights_page.KEY, *PERMISSION), {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _page(request, form, None, unconfirmed=True)
    try:
        permission_edits.add(_new(form, form.text("key")), clock.now(), actor=actor(request))
    except RightsRefused as refused:
        rights_page.refuse(form, refused)
        return _page(request, form, None)
    return rights_page.saved()


@guarded(VIEW)
def show(request: HttpRequest, permission_id: UUID) -> HttpResponse:
    """A permission as it is."""
    row = get_object_or_404(Permission, pk=permission_id)
    return _page(request, RowForm(PERMISSION, vars(row)), row)


@guarded(CHANGE)
def change(request: HttpRequest, permission_id: UUID) -> HttpResponse:
    """Change a permission."""
    row, form = get_object_or_404(Permission, pk=permission_id), RowForm(PERMISSION, {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _page(request, form, row, unconfirmed=True)
    try:
        new = _new(form, row.key)
        permission_edits.change(Seen(row, form.version), new, clock.now(), actor=actor(request))
    except RightsRefused as refused:
        rights_page.refuse(form, refused)
        return _page(request, form, row)
    except EditLost:
        kept = RowForm(PERMISSION, vars(get_object_or_404(Permission, pk=permission_id)))
        return _page(request, form, row, overtaken=rights_page.differences(form, kept, PERMISSION))
    return rights_page.saved()


@guarded(CHANGE)
def ask_remove(request: HttpRequest, permission_id: UUID) -> HttpResponse:
    """From how many people?"""
    row = get_object_or_404(Permission, pk=permission_id)
    return rights_page.ask(request, row, _path(row))


@guarded(CHANGE, confirmed=True)
def do_remove(request: HttpRequest, permission_id: UUID) -> HttpResponse:
    """Take it away from everybody."""
    row = get_object_or_404(Permission, pk=permission_id)
    return rights_page.remove(request, row, _path(row), permission_edits.remove)


def _path(row: Permission) -> str:
    return reverse("console_settings_permission", args=[row.pk])


def _new(form: RowForm, key: str) -> NewPermission:
    return NewPermission(key, form.text("label"), form.text("kind"), form.text("is_cloneable") == "on")


def _page(request: HttpRequest, form: RowForm, row: Permission | None, **more: Any) -> HttpResponse:
    values = rights_page.framed(request, {"form": form, "fields": form.shown(), "row": row, **more})
    return settings_page.page(request, "console/rights/permission.html", values)


new = settings_page.either(show_new, add)
permission = settings_page.either(show, change)
remove = settings_page.either(ask_remove, do_remove)
