"""Profiles of the organization, which bundle permissions: added, changed, removed."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from keyturn.console import rights_page, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.rights_page import CHANGE
from keyturn.console.row_form import RowForm
from keyturn.console.settings_page import VIEW
from keyturn.lib import clock
from keyturn.lib.edits import EditLost, Seen
from keyturn.people.rights import catalogue, profile_edits
from keyturn.people.rights.models import Profile
from keyturn.people.rights.wanted import NewProfile, RightsRefused

PROFILE = (rights_page.LABEL, rights_page.CLONEABLE)


@guarded(CHANGE)
def show_new(request: HttpRequest) -> HttpResponse:
    """An empty form."""
    return _page(request, RowForm((rights_page.KEY, *PROFILE), {"is_cloneable": True}), None, frozenset())


@guarded(CHANGE)
def add(request: HttpRequest) -> HttpResponse:
    """Put a profile into the catalogue."""
    form, ticked = RowForm((rights_page.KEY, *PROFILE), {}, request.POST), _ticked(request)
    if not settings_page.is_confirmed(request):
        return _page(request, form, None, ticked, unconfirmed=True)
    try:
        profile_edits.add(_new(form, form.text("key"), ticked), clock.now(), actor=actor(request))
    except RightsRefused as refused:
        rights_page.refuse(form, refused)
        return _page(request, form, None, ticked)
    return rights_page.saved()


@guarded(VIEW)
def show(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """A profile as it is."""
    row = get_object_or_404(Profile, pk=bundle_id)
    return _page(request, RowForm(PROFILE, vars(row)), row, profile_edits.permissions_of(row))


@guarded(CHANGE)
def change(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Change a profile."""
    row, form = get_object_or_404(Profile, pk=bundle_id), RowForm(PROFILE, {}, request.POST)
    ticked = _ticked(request)
    if not settings_page.is_confirmed(request):
        return _page(request, form, row, ticked, unconfirmed=True)
    try:
        new = _new(form, row.key, ticked)
        profile_edits.change(Seen(row, form.version), new, clock.now(), actor=actor(request))
    except RightsRefused as refused:
        rights_page.refuse(form, refused)
        return _page(request, form, row, ticked)
    except EditLost:
        now = get_object_or_404(Profile, pk=bundle_id)
        told = rights_page.differences(form, RowForm(PROFILE, vars(now)), PROFILE) + _other_ticks(ticked, now)
        return _page(request, form, row, ticked, overtaken=told)
    return rights_page.saved()


@guarded(CHANGE)
def ask_remove(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """From how many people?"""
    row = get_object_or_404(Profile, pk=bundle_id)
    return rights_page.ask(request, row, _path(row))


@guarded(CHANGE, confirmed=True)
def do_remove(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Take it away from everybody."""
    row = get_object_or_404(Profile, pk=bundle_id)
    return rights_page.remove(request, row, _path(row), profile_edits.remove)


def _path(row: Profile) -> str:
    return reverse("console_settings_rights_profile", args=[row.pk])


def _new(form: RowForm, key: str, ticked: frozenset[str]) -> NewProfile:
    return NewProfile(key, form.text("label"), ticked, form.text("is_cloneable") == "on")


def _ticked(request: HttpRequest) -> frozenset[str]:
    return frozenset(request.POST.getlist("permissions"))


def _other_ticks(ticked: frozenset[str], now: Profile) -> list[dict[str, str]]:
    kept = profile_edits.permissions_of(now)
    told = {"name": _("Permissions"), "typed": ", ".join(sorted(ticked)), "after": ", ".join(sorted(kept))}
    return [told] if kept != ticked else []


def _page(
    request: HttpRequest, form: RowForm, row: Profile | None, ticked: frozenset[str], **more: Any
) -> HttpResponse:
    known = catalogue.read().permissions
    ticks = [{"one": one, "is_ticked": key in ticked} for key, one in sorted(known.items())]
    values = {"form": form, "fields": form.shown(), "row": row, "permissions": ticks, **more}
    return settings_page.page(request, "console/rights/profile.html", rights_page.framed(request, values))


new = settings_page.either(show_new, add)
profile = settings_page.either(show, change)
remove = settings_page.either(ask_remove, do_remove)
