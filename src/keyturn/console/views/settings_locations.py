"""Locations of an organization: added, renamed, removed, each with its own list of mail servers and services."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from keyturn.console import mail_form, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.row_form import RowForm, Spec
from keyturn.console.settings_page import CHANGE, VIEW
from keyturn.console.views.settings import NOTICES
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox import locations
from keyturn.outbox.locations import LocationRefused
from keyturn.outbox.models import Location
from keyturn.tenants import tabs

_HINT = _("As your staff know it, like a town or a depot.")
FIELDS = (Spec("name", _("Name"), _HINT, longest=locations.LONGEST_NAME),)


@guarded(CHANGE)
def show_new(request: HttpRequest) -> HttpResponse:
    """An empty form."""
    return _page(request, RowForm(FIELDS, {}), None, {})


@guarded(CHANGE)
def add(request: HttpRequest) -> HttpResponse:
    """Put one on record; its mail servers come next."""
    return _save(request, None)


@guarded(VIEW)
def show(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """One with its mail servers."""
    location = get_object_or_404(Location, pk=location_id)
    notice = NOTICES.get(request.GET.get("notice", ""))
    return _page(request, RowForm(FIELDS, vars(location)), location, {"notice": notice})


@guarded(CHANGE)
def change(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """Give it another name."""
    return _save(request, get_object_or_404(Location, pk=location_id))


@require_POST
@guarded(CHANGE, confirmed=True)
def remove(request: HttpRequest, location_id: UUID) -> HttpResponse:
    """Take one away, with its mail servers."""
    location = get_object_or_404(Location, pk=location_id)
    try:
        locations.remove(Seen(location, RowForm((), {}, request.POST).version), clock.now(), actor=actor(request))
    except EditLost:
        return _page(request, RowForm(FIELDS, vars(location)), location, {"overtaken": []})
    return go_to("console_settings_tab", "locations", query="notice=saved")


def _save(request: HttpRequest, location: Location | None) -> HttpResponse:
    form = RowForm(FIELDS, {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _page(request, form, location, {"unconfirmed": True})
    now, by, name = clock.now(), actor(request), form.text("name")
    try:
        if location is None:
            location = locations.add(name, now, actor=by)
        else:
            locations.rename(Seen(location, form.version), name, now, actor=by)
    except LocationRefused as problem:
        form.refuse_for(problem)
        return _page(request, form, location, {})
    except EditLost:
        kept = RowForm(FIELDS, vars(Location.objects.get(pk=location.pk)))
        form["version"].value = kept["version"].value
        differing = settings_page.differences(form, kept, FIELDS, beside=set())
        return _page(request, form, location, {"overtaken": differing})
    return go_to("console_settings_location", str(location.pk), query="notice=saved")


def _page(request: HttpRequest, form: RowForm, location: Location | None, more: dict[str, Any]) -> HttpResponse:
    profiles = location.profiles.order_by("position", "name") if location else []
    values = {
        "form": form,
        "fields": form.shown(),
        "row": location,
        "location": location,
        "profiles": mail_form.listed(profiles),
    }
    framed = settings_page.framed(request, tabs.tab_of("locations"), values | more)
    return settings_page.page(request, "console/settings/location.html", framed)


new = settings_page.either(show_new, add)
location = settings_page.either(show, change)
