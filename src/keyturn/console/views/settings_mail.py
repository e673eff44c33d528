"""Mail servers and services of a tenant or location: added, changed, ordered, removed, tried out as they stand."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from keyturn.console import mail_form, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.row_form import RowForm
from keyturn.console.settings_page import CHANGE, VIEW
from keyturn.console.views import settings_preview, settings_trials
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox import profile_edits, profiles, trials
from keyturn.outbox.mail_services import SERVICES, SMTP
from keyturn.outbox.models import Location, MailProfile
from keyturn.outbox.profiles import ProfileRefused
from keyturn.outbox.trials import Asker, TrialRefused
from keyturn.recovery.preview import Removal
from keyturn.tenants import tabs


@guarded(CHANGE)
def show_new(request: HttpRequest) -> HttpResponse:
    """An empty form: of a mail server, or of the service that was chosen."""
    service = _service(request.GET.get("service", ""))
    form = RowForm(mail_form.fields_of(service), mail_form.first_values(service, request.operator.email))
    return _page(request, form, None, {})


@guarded(CHANGE)
def add(request: HttpRequest) -> HttpResponse:
    """Put a server or an account on record."""
    return _save(request, None)


@guarded(VIEW)
def show(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """One as it is, without its password or key."""
    profile = get_object_or_404(MailProfile, pk=profile_id)
    return _page(request, _filled(request, profile), profile, {})


@guarded(CHANGE)
def change(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Change one."""
    return _save(request, get_object_or_404(MailProfile, pk=profile_id))


@require_POST
@guarded(CHANGE, confirmed=True)
def up(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Let one change places with the one before it."""
    profile = get_object_or_404(MailProfile, pk=profile_id)
    profile_edits.move_up(profile_id, clock.now(), actor=actor(request))
    return _to_list(profile.location_id)


@require_POST
@guarded(CHANGE, confirmed=True)
def remove(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Take one away; the last one only when the operator has seen whom that stops."""
    profile = get_object_or_404(MailProfile, pk=profile_id)
    seen = Seen(profile, RowForm((), {}, request.POST).version)
    if profiles.is_last(profile):
        return settings_preview.ask(request, Removal(profile.pk, "mail", seen.version))
    try:
        profile_edits.remove(seen, clock.now(), actor=actor(request))
    except EditLost:
        return _page(request, _filled(request, profile), profile, {"overtaken": []})
    return _to_list(profile.location_id)


@require_POST
@sensitive_post_parameters("password")
@guarded(CHANGE)
def test(request: HttpRequest) -> HttpResponse:
    """Try what stands in the form; the password or key that is kept counts where none is typed."""
    kept = MailProfile.objects.filter(pk=_uuid(request.POST.get("profile", ""))).first()
    service = _service_of(request, kept)
    form = RowForm(mail_form.fields_of(service), {}, request.POST)
    if first := settings_trials.unconfirmed(request, lambda: _page(request, form, kept, {"unconfirmed": True})):
        return first
    asker = Asker(actor(request), clock.now())
    try:
        described = mail_form.described(service, form)
        trial = trials.ask_mail(described, form.text("to"), asker, kept=kept.pk if kept else None)
    except (ProfileRefused, TrialRefused) as problem:
        form.refuse_for(problem)
        return settings_trials.refused(request, form, lambda: _page(request, form, kept, {}))
    return settings_trials.begun(request, trial)


def _save(request: HttpRequest, profile: MailProfile | None) -> HttpResponse:
    service, location = _service_of(request, profile), _location(request, profile)
    form = RowForm(mail_form.fields_of(service), {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _page(request, form, profile, {"unconfirmed": True})
    now, by = clock.now(), actor(request)
    try:
        described = mail_form.described(service, form)
        if profile is None:
            profile_edits.add(described, now, actor=by, location_id=location and location.pk)
        else:
            profile_edits.change(Seen(profile, form.version), described, now, actor=by)
    except ProfileRefused as problem:
        form.refuse_for(problem)
        return _page(request, form, profile, {})
    except EditLost:
        return _page(request, form, profile, {"overtaken": _changed(form, request, profile)})
    return _to_list(location and location.pk)


def _changed(form: RowForm, request: HttpRequest, profile: MailProfile) -> list[dict[str, Any]]:
    """Where what stands on record differs from what was typed."""
    kept = _filled(request, MailProfile.objects.get(pk=profile.pk))
    form["version"].value = kept["version"].value
    return settings_page.differences(form, kept, mail_form.fields_of(profile.service), beside=mail_form.BESIDE)


def _filled(request: HttpRequest, profile: MailProfile) -> RowForm:
    values = mail_form.values_of(profile, request.operator.email)
    return RowForm(mail_form.fields_of(profile.service), values)


def _service_of(request: HttpRequest, profile: MailProfile | None) -> str:
    """A profile stays with its service; for another one there is another profile."""
    return profile.service if profile else _service(request.POST.get("service", ""))


def _service(chosen: str) -> str:
    return chosen if chosen in SERVICES else SMTP


def _location(request: HttpRequest, profile: MailProfile | None) -> Location | None:
    """The location that the profile belongs to or is made for; one that is not there is missing."""
    if profile:
        return profile.location
    chosen = (request.GET if request.method == "GET" else request.POST).get("location", "")
    if not chosen:
        return None
    if not (named := _uuid(chosen)):
        raise Http404
    return get_object_or_404(Location, pk=named)


def _to_list(location_id: UUID | None) -> HttpResponse:
    if location_id:
        return go_to("console_settings_location", str(location_id), query="notice=saved")
    return go_to("console_settings_tab", "mail", query="notice=saved")


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def _page(request: HttpRequest, form: RowForm, profile: MailProfile | None, more: dict[str, Any]) -> HttpResponse:
    sent = request.GET if request.method == "GET" else request.POST
    name, location = profile.service if profile else _service(sent.get("service", "")), _location(request, profile)
    values = {
        "form": form,
        "fields": form.shown(),
        "row": profile,
        "trial_fields": ("to",),
        "service": SERVICES.get(name),
        "service_name": name,
        "choices": [] if profile else mail_form.choices(),
        "location": location,
        "is_last": profile is not None and profiles.is_last(profile),
    }
    framed = settings_page.framed(request, tabs.tab_of("locations" if location else "mail"), values | more)
    return settings_page.page(request, "console/settings/mail_profile.html", framed)


new = settings_page.either(show_new, add)
profile = settings_page.either(show, change)
