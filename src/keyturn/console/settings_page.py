"""What the settings pages share: their frame, who may change, and the answers of a form that could not be saved."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from keyturn.console import presenting
from keyturn.console.row_form import RowForm, Spec
from keyturn.door.answers import FIELD_ERRORS
from keyturn.lib import clock
from keyturn.operators import sessions, tenant_settings
from keyturn.tenants import tabs
from keyturn.tenants.tabs import Tab

VIEW, CHANGE = "tenants.view_settings", "tenants.change_settings"
OVERTAKEN = 409  # Conflict (RFC 9110): somebody else saved meanwhile
View = Callable[..., HttpResponse]


def either(show: View, change: View) -> View:
    """One address: looked at under one permission, changed under another."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return (change if request.method == "POST" else show)(request, *args, **kwargs)

    view.permission = show.permission
    return view


def framed(request: HttpRequest, tab: Tab, values: dict[str, Any]) -> dict[str, Any]:
    """The values of every settings page."""
    may_change = request.operator.has_perm(CHANGE)
    return {"tab": tab, "tabs": tabs.TABS, "may_change": may_change, "overtaken": None} | values


def page(request: HttpRequest, template: str, values: dict[str, Any]) -> HttpResponse:
    """A settings page; 422 where a field of its form is refused, 409 where somebody else was faster."""
    form = values.get("form")
    status = FIELD_ERRORS if form is not None and form.refused else 200
    if values.get("overtaken") is not None or values.get("unconfirmed"):
        status = OVERTAKEN
    return render(request, template, values, status=status)


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the operator proved lately to be the operator; a form that comes too late loses nothing typed."""
    return sessions.is_confirmed(request.operator_session, clock.now())


def overtaken_by(version: int) -> list[dict[str, str]]:
    """What others saved since, in words."""
    changed = tenant_settings.changed_since(version)
    known = [(tabs.SETTINGS[name], change) for name, change in changed.items() if name in tabs.SETTINGS]
    return [
        {
            "name": str(setting.label),
            "before": presenting.in_words(setting.column, before),
            "after": presenting.in_words(setting.column, after),
        }
        for setting, (before, after) in known
    ]


def differences(form: RowForm, kept: RowForm, specs: tuple[Spec, ...], *, beside: set[str]) -> list[dict[str, str]]:
    """Where what stands on record now differs from what was typed: both, for whoever was overtaken."""
    return [
        {"name": str(spec.label), "typed": form[spec.name].value, "after": kept[spec.name].value}
        for spec in specs
        if spec.name not in beside and form[spec.name].value != kept[spec.name].value
    ]
