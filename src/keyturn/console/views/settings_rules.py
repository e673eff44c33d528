"""Notification rules: a list with a tick for each, and Save (M1.6)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from keyturn.console import settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.settings_form import SettingsForm
from keyturn.console.settings_page import CHANGE
from keyturn.console.views import settings
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.monitoring import switches
from keyturn.tenants import finding

_TAB = "notification-rules"


@require_POST
@guarded(CHANGE)
def save(request: HttpRequest) -> HttpResponse:
    """Those that are ticked are on, the others off."""
    ticked = set(request.POST.getlist("enabled"))
    wanted = {rule.name: rule.name in ticked for rule in switches.RULES}
    if not settings_page.is_confirmed(request):
        return _first_confirm(request, wanted)
    changed = switches.save(wanted, clock.now(), actor=actor(request))
    return go_to("console_settings_tab", _TAB, query=f"notice={'saved' if changed else 'unchanged'}")


def _first_confirm(request: HttpRequest, wanted: dict[str, bool]) -> HttpResponse:
    """The page as it was sent, which asks to confirm first; no tick is lost."""
    tab, tenant = settings.found(_TAB), finding.by_id(request.tenant.id)
    rules = [{"rule": rule, "is_on": wanted[rule.name]} for rule in switches.RULES]
    return settings.answer(request, SettingsForm(tab, tenant), tenant, {"unconfirmed": True, "rules": rules})
