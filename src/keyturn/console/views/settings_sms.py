"""Cell providers and the HTTP gateway: edited, and tried with a real text message."""

from dataclasses import fields as fields_of
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from keyturn.console import settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.row_form import CHECK, CHOICE, SECRET, RowForm, Spec
from keyturn.console.settings_page import CHANGE, VIEW
from keyturn.console.views import settings_trials
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox import gateways, providers, trials
from keyturn.outbox.gateways import GatewayRefused, NewGateway
from keyturn.outbox.models import CellProvider
from keyturn.outbox.providers import NewProvider, ProviderRefused
from keyturn.outbox.trials import Asker, TrialRefused
from keyturn.people.models import Person
from keyturn.tenants import tabs

_TRIAL = (
    Spec("number", _("Number"), _("A real text message goes there, and counts for the day."), longest=64),
    Spec("message", _("Message"), longest=trials.LONGEST_TEXT),
)
PROVIDER = (
    Spec("name", _("Name"), _("As people know their carrier."), longest=100),
    Spec("sms_domain", _("SMS domain"), _("What stands after the @ in the carrier's gateway."), longest=253),
    Spec(
        "number_format",
        _("Number format"),
        _("10-digit, with-country-code, e164, or a pattern such as +{cc}{national}."),
        longest=60,
    ),
    Spec("ends_on", _("Ends on"), _("The last day on which the gateway is known to work; empty: none."), longest=10),
)
GATEWAY = (
    Spec("is_enabled", _("Use this gateway"), _("Off, people's cell providers carry text messages."), kind=CHECK),
    Spec("name", _("Name"), _("How the delivery log calls it."), longest=100),
    Spec("url", _("Address"), _("Where the provider is asked, from https:// on."), longest=500),
    Spec("body", _("Form of the request"), kind=CHOICE, choices={"json": "JSON", "form": _("Form fields")}),
    Spec("number_field", _("Field of the number"), _("With [] at its end: a list of one."), longest=60),
    Spec("text_field", _("Field of the text"), longest=60),
    Spec("sender_field", _("Field of the sender"), _("Empty: none is sent."), longest=60),
    Spec("sender", _("Sender"), longest=60),
    Spec(
        "number_style",
        _("Numbers"),
        kind=CHOICE,
        choices={"e164": _("With +, like +14155550101"), "digits": _("Digits only")},
    ),
    Spec(
        "auth",
        _("How we show who we are"),
        kind=CHOICE,
        choices={
            "none": _("Not at all"),
            "bearer": _("Bearer token"),
            "basic": _("User name and password"),
            "header": _("A key in a header"),
        },
    ),
    Spec("auth_name", _("User name, or name of the header"), longest=100),
    Spec(
        "secret",
        _("Key"),
        _("Kept sealed; nobody sees it again. Empty: the one that is kept stays."),
        kind=SECRET,
        longest=500,
    ),
)


@guarded(CHANGE)
def show_new(request: HttpRequest) -> HttpResponse:
    """An empty form of a provider."""
    form = RowForm(PROVIDER, {"number_format": CellProvider.TEN_DIGIT})
    return _provider_page(request, form, None, {})


@guarded(CHANGE)
def add(request: HttpRequest) -> HttpResponse:
    """Put a provider on record."""
    return _save_provider(request, None)


@guarded(VIEW)
def show(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """A provider as it is."""
    row = get_object_or_404(CellProvider, pk=provider_id)
    return _provider_page(request, RowForm(PROVIDER, vars(row)), row, {})


@guarded(CHANGE)
def change(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Change a provider."""
    return _save_provider(request, get_object_or_404(CellProvider, pk=provider_id))


@require_POST
@guarded(CHANGE, confirmed=True)
def remove(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Take a provider away."""
    row = get_object_or_404(CellProvider, pk=provider_id)
    seen = Seen(row, RowForm((), {}, request.POST).version)
    try:
        providers.remove(seen, clock.now(), actor=actor(request))
    except EditLost:
        return _provider_page(request, RowForm(PROVIDER, vars(row)), row, {"overtaken": []})
    return go_to("console_settings_tab", "sms", query="notice=saved")


@require_POST
@guarded(CHANGE)
def test_provider(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Send a text message through the carrier's gateway (M0.17)."""
    row = get_object_or_404(CellProvider, pk=provider_id)
    form, shown = RowForm(_TRIAL, {}, request.POST), RowForm(PROVIDER, vars(row))
    again = {"trial": form, "unconfirmed": True}
    if first := settings_trials.unconfirmed(request, lambda: _provider_page(request, shown, row, again)):
        return first
    try:
        asked = trials.ask_provider(row, form.text("number"), form.text("message"), _asker(request))
    except TrialRefused as problem:
        form.refuse_for(problem)
        return settings_trials.refused(request, form, lambda: _provider_page(request, shown, row, {"trial": form}))
    return settings_trials.begun(request, asked)


@guarded(CHANGE)
def show_gateway(request: HttpRequest) -> HttpResponse:
    """The gateway as it is, without its key."""
    return _gateway_page(request, _kept_gateway(), {})


@guarded(CHANGE)
def save_gateway(request: HttpRequest) -> HttpResponse:
    """Put the gateway on record, or change it."""
    form = RowForm(GATEWAY + _TRIAL, {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _gateway_page(request, form, {"unconfirmed": True})
    try:
        gateways.save(_described(form), form.version, clock.now(), actor=actor(request))
    except GatewayRefused as problem:
        form.refuse_for(problem)
        return _gateway_page(request, form, {})
    except EditLost:
        kept = _kept_gateway()
        form["version"].value = kept["version"].value
        changed = settings_page.differences(form, kept, GATEWAY, beside={"secret"})
        return _gateway_page(request, form, {"overtaken": changed})
    return go_to("console_settings_tab", "sms", query="notice=saved")


@require_POST
@guarded(CHANGE, confirmed=True)
def remove_gateway(request: HttpRequest) -> HttpResponse:
    """Take the gateway away."""
    try:
        gateways.remove(RowForm((), {}, request.POST).version, clock.now(), actor=actor(request))
    except EditLost:
        return _gateway_page(request, _kept_gateway(), {"overtaken": []})
    return go_to("console_settings_tab", "sms", query="notice=saved")


@require_POST
@sensitive_post_parameters("secret")
@guarded(CHANGE)
def test_gateway(request: HttpRequest) -> HttpResponse:
    """Send a text message through the gateway as it stands in the form."""
    form = RowForm(GATEWAY + _TRIAL, {}, request.POST)
    if first := settings_trials.unconfirmed(request, lambda: _gateway_page(request, form, {"unconfirmed": True})):
        return first
    try:
        asked = trials.ask_gateway(_described(form), form.text("number"), form.text("message"), _asker(request))
    except (GatewayRefused, TrialRefused) as problem:
        form.refuse_for(problem)
        return settings_trials.refused(request, form, lambda: _gateway_page(request, form, {}))
    return settings_trials.begun(request, asked)


def _save_provider(request: HttpRequest, row: CellProvider | None) -> HttpResponse:
    form = RowForm(PROVIDER, {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _provider_page(request, form, row, {"unconfirmed": True})
    now, by = clock.now(), actor(request)
    try:
        wanted = NewProvider(
            *(form.text(name).strip() for name in ("name", "sms_domain", "number_format")), _day(form)
        )
        if row is None:
            providers.add(wanted, now, actor=by)
        else:
            providers.change(Seen(row, form.version), wanted, now, actor=by)
    except ProviderRefused as problem:
        form.refuse_for(problem)
        return _provider_page(request, form, row, {})
    except EditLost:
        kept = RowForm(PROVIDER, vars(CellProvider.objects.get(pk=row.pk)))
        form["version"].value = kept["version"].value
        changed = settings_page.differences(form, kept, PROVIDER, beside=set())
        return _provider_page(request, form, row, {"overtaken": changed})
    return go_to("console_settings_tab", "sms", query="notice=saved")


def _day(form: RowForm) -> date | None:
    try:
        return date.fromisoformat(form.text("ends_on").strip()) if form.text("ends_on").strip() else None
    except ValueError as problem:
        raise ProviderRefused("not_a_date", "ends_on") from problem


def _described(form: RowForm) -> NewGateway:
    names = [one.name for one in fields_of(NewGateway) if one.name != "is_enabled"]
    return NewGateway(**{name: form.text(name).strip() for name in names}, is_enabled=form.text("is_enabled") == "on")


def _kept_gateway() -> RowForm:
    row = gateways.current()
    values = vars(row) if row else {**vars(NewGateway("", "", auth="bearer")), "secret": ""}
    return RowForm(GATEWAY + _TRIAL, values)


def _asker(request: HttpRequest) -> Asker:
    return Asker(actor(request), clock.now())


def _provider_page(
    request: HttpRequest, form: RowForm, row: CellProvider | None, more: dict[str, Any]
) -> HttpResponse:
    trial = more.get("trial") or RowForm(_TRIAL, {"message": _("A test from Keyturn")})
    people = Person.objects.filter(cell_provider=row).count() if row else 0
    values = {"form": form, "fields": form.shown(), "row": row, "people": people, "trial_fields": trial.shown()}
    framed = settings_page.framed(request, tabs.tab_of("sms"), values | more)
    return settings_page.page(request, "console/settings/provider.html", framed)


def _gateway_page(request: HttpRequest, form: RowForm, more: dict[str, Any]) -> HttpResponse:
    shown = form.shown()
    values = {"form": form, "fields": shown[: len(GATEWAY)], "trial_fields": shown[len(GATEWAY) :]}
    values["row"] = gateways.current()
    framed = settings_page.framed(request, tabs.tab_of("sms"), values | more)
    return settings_page.page(request, "console/settings/gateway.html", framed)


new = settings_page.either(show_new, add)
provider = settings_page.either(show, change)
gateway = settings_page.either(show_gateway, save_gateway)
