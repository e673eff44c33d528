"""The box to try a password in: judged by the requirements as they stand in the form, and kept nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from keyturn.console.guard import guarded
from keyturn.console.settings_form import SettingsForm
from keyturn.console.settings_page import VIEW
from keyturn.console.views import settings
from keyturn.lib import text
from keyturn.passwords import commonest, meter
from keyturn.passwords.core import presets
from keyturn.passwords.core.judge import Context, judge
from keyturn.tenants import finding
from keyturn.tenants.models import Tenant


@require_POST
@sensitive_post_parameters("trial_password")
@guarded(VIEW)
def try_password(request: HttpRequest) -> HttpResponse:
    """The meter's word, and what is missing."""
    tenant = finding.by_id(request.tenant.id)
    form = SettingsForm(settings.found("passwords"), tenant, request.POST)
    requirements, words = _rules(form, tenant)
    try:
        password = text.secret(request.POST.get("trial_password", ""))
    except text.TextRefused:
        return _answer(request, tenant, {"idle_words": meter.wanted(requirements)})
    context = Context(requirements, words=(tenant.name, tenant.slug, *words), common=commonest.contains(password))
    return _answer(request, tenant, {"judgement": meter.shown(judge(password, context), requirements)})


def _rules(form: SettingsForm, tenant: Tenant) -> tuple[presets.Requirements, list[str]]:
    """As they stand in the form; where that cannot be, or nothing of it was sent, as they are saved."""
    wanted = form.wanted() if "password_preset" in (form._posted or {}) else {}
    preset = wanted.get("password_preset", tenant.password_preset)
    least = wanted.get("password_min_length", tenant.password_min_length)
    return presets.requirements(preset, least), wanted.get("password_words", tenant.password_words)


def _answer(request: HttpRequest, tenant: Tenant, values: dict) -> HttpResponse:
    if request.htmx:
        return render(request, "keyturn/meter.html", values)
    return settings.answer(request, SettingsForm(settings.found("passwords"), tenant), tenant, values)
