"""Before a change that could stop people from recovering is saved: how many, and who, as the worker counts them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from keyturn.console import presenting, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.settings_page import CHANGE, OVERTAKEN
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import Seen
from keyturn.operators import tenant_settings
from keyturn.operators.tenant_settings import By, EditLost, SettingRefused
from keyturn.outbox import profile_edits
from keyturn.outbox.models import MailProfile
from keyturn.people.models import Person
from keyturn.recovery import preview as previewing
from keyturn.recovery.models import Preview
from keyturn.recovery.preview import Change, Removal
from keyturn.tenants import finding, tabs


def ask(request: HttpRequest, change: Change | Removal) -> HttpResponse:
    """Have the worker look at everybody, on a page that shows how far it is."""
    asked = previewing.ask(change, clock.now(), asked_by=actor(request))
    return go_to("console_settings_preview", str(asked.pk))


@guarded(CHANGE)
def show(request: HttpRequest, preview_id: UUID) -> HttpResponse:
    """How far the worker is, and what it found so far."""
    row = get_object_or_404(Preview, pk=preview_id)
    if request.htmx:
        return render(request, "console/settings/preview_count.html", _values(request, row))
    return _page(request, row, {})


@guarded(CHANGE, confirmed=True)
def save(request: HttpRequest, preview_id: UUID) -> HttpResponse:
    """Save what was looked at, if nobody saved something else meanwhile."""
    row = get_object_or_404(Preview, pk=preview_id)
    if row.ended_at is None:
        return _page(request, row, {})
    try:
        _save(row, By(actor(request), clock.now(), row.version))
    except (EditLost, SettingRefused):
        answer = _page(request, row, {"overtaken": True})
        answer.status_code = OVERTAKEN
        return answer
    return go_to("console_settings_tab", row.tab, query="notice=saved")


def _save(row: Preview, by: By) -> None:
    """What the preview was asked for. Raises EditLost or SettingRefused."""
    if row.mail_profile is None:
        return tenant_settings.change(row.wanted, by)
    profile = MailProfile.objects.filter(pk=row.mail_profile).first()
    if profile is None:
        raise EditLost
    return profile_edits.remove(Seen(profile, row.version), by.now, actor=by.actor)


def _page(request: HttpRequest, row: Preview, more: dict[str, Any]) -> HttpResponse:
    values = settings_page.framed(request, tabs.tab_of(row.tab), _values(request, row) | more)
    return render(request, "console/settings/preview.html", values)


def _values(request: HttpRequest, row: Preview) -> dict[str, Any]:
    by_id = Person.objects.in_bulk([UUID(one) for one in row.listed])
    tenant = finding.by_id(request.tenant.id)
    settings = [tabs.SETTINGS[name] for name in row.wanted if name in tabs.SETTINGS]
    return {
        "preview": row,
        "people": sorted(by_id.values(), key=lambda person: person.name.casefold()),
        "removed": MailProfile.objects.filter(pk=row.mail_profile).first() if row.mail_profile else None,
        "is_over": row.ended_at is not None,
        "changes": [
            {
                "name": one.label,
                "before": presenting.in_words(one.column, getattr(tenant, one.name)),
                "after": presenting.in_words(one.column, row.wanted[one.name]),
            }
            for one in settings
        ],
    }


preview = settings_page.either(show, save)
