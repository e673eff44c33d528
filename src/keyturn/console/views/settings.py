"""The tabs of settings that are columns of the tenant: one view for all of them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyturn.console import settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.settings_form import SettingsForm
from keyturn.console.settings_page import CHANGE, VIEW
from keyturn.console.settings_parts import PARTS
from keyturn.console.views import settings_preview
from keyturn.door.answers import go_to
from keyturn.lib import clock, edits
from keyturn.operators import tenant_settings
from keyturn.operators.tenant_settings import By, EditLost, SettingRefused
from keyturn.recovery import preview
from keyturn.tenants import finding, tabs
from keyturn.tenants.models import Tenant
from keyturn.tenants.tabs import Tab

NOTICES = {
    "saved": _("Saved. It holds from now on."),
    "unchanged": _("Nothing was different, so nothing was saved."),
}


@require_safe
@guarded(VIEW)
def first(request: HttpRequest) -> HttpResponse:
    """The first tab."""
    return go_to("console_settings_tab", tabs.TABS[0].name)


@guarded(VIEW)
def show(request: HttpRequest, name: str) -> HttpResponse:
    """A tab as it is."""
    tab, tenant = found(name), finding.by_id(request.tenant.id)
    return answer(request, SettingsForm(tab, tenant), tenant, {})


@guarded(CHANGE)
def save(request: HttpRequest, name: str) -> HttpResponse:
    """What was typed; saved, refused at its field, or overtaken."""
    tab, tenant = found(name), finding.by_id(request.tenant.id)
    form = SettingsForm(tab, tenant, request.POST)
    wanted = form.wanted()
    if form.refused:
        return answer(request, form, tenant, {})
    if not settings_page.is_confirmed(request):
        return answer(request, form, tenant, {"unconfirmed": True})
    if asked := _preview(request, form, wanted, tenant):
        return asked
    try:
        changes = tenant_settings.change(wanted, By(actor(request), clock.now(), form.version))
    except SettingRefused as problem:
        form.refuse(problem.name if problem.name in form else tab.settings[0].name, problem.sentence)
        return answer(request, form, tenant, {})
    except EditLost:
        return answer(request, form, tenant, {"overtaken": settings_page.overtaken_by(form.version)})
    return go_to("console_settings_tab", name, query=f"notice={'saved' if changes else 'unchanged'}")


def _preview(request: HttpRequest, form: SettingsForm, wanted: dict, tenant: Tenant) -> HttpResponse | None:
    """First a look at whom it would stop, where it could stop anybody; nothing is saved until that was seen."""
    changed = {name: new for name, (_old, new) in edits.between(tenant, wanted).items()}
    if form.version != tenant.settings_version or not preview.concerns(changed):
        return None
    return settings_preview.ask(request, preview.Change(changed, form.tab.name, form.version))


def found(name: str) -> Tab:
    """The tab of this name, or nothing there."""
    if (tab := tabs.tab_of(name)) is None:
        raise Http404
    return tab


def answer(request: HttpRequest, form: SettingsForm, tenant: Tenant, more: dict[str, Any]) -> HttpResponse:
    """The tab's page around a form."""
    form.version_now = tenant.settings_version if more.get("overtaken") is not None else form["version"].value
    values = {"form": form, "fields": form.shown(), "notice": NOTICES.get(request.GET.get("notice", ""))}
    values |= PARTS[form.tab.name](request, tenant) if form.tab.name in PARTS else {}
    template = f"console/settings/{form.tab.name}.html" if form.tab.name in PARTS else "console/settings/tab.html"
    return settings_page.page(request, template, settings_page.framed(request, form.tab, values | more))


tab = settings_page.either(show, save)
