"""Mail servers of a tenant: added, changed, ordered, removed, and tried out with what stands in the form."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from keyturn.console import settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.row_form import CHOICE, SECRET, RowForm, Spec
from keyturn.console.settings_page import CHANGE, VIEW
from keyturn.console.views import settings_trials
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox import profile_edits, trials
from keyturn.outbox.models import MailProfile
from keyturn.outbox.profiles import NewProfile, ProfileRefused
from keyturn.outbox.transports.server import IMPLICIT, NONE, STARTTLS
from keyturn.outbox.trials import Asker, TrialRefused
from keyturn.tenants import tabs

_PROTECTIONS = {
    STARTTLS: _("STARTTLS, usually on port 587"),
    IMPLICIT: _("TLS from the start, usually on port 465"),
    NONE: _("none, usually on port 25; only without a user name"),
}
FIELDS = (
    Spec("name", _("Name"), _("How the delivery log calls this server."), longest=100),
    Spec("host", _("Host name"), _("As your mail provider says, like smtp.example.com."), longest=253),
    Spec("port", _("Port"), _("Empty: the usual one."), longest=5),
    Spec("tls", _("Protection"), kind=CHOICE, choices=_PROTECTIONS),
    Spec("username", _("User name"), _("Empty where the server lets us send without signing in."), longest=254),
    Spec(
        "password",
        _("Password"),
        _("Kept sealed; nobody sees it again. Empty: the one that is kept stays."),
        kind=SECRET,
        longest=500,
    ),
    Spec("from_address", _("Sender's address"), _("Empty: no-reply at your own address."), longest=320),
    Spec("from_name", _("Sender's name"), _("Empty: your organization's name."), longest=100),
    Spec("to", _("Send the test to"), _("A real mail goes there."), longest=320),
)


@guarded(CHANGE)
def show_new(request: HttpRequest) -> HttpResponse:
    """An empty form."""
    form = RowForm(FIELDS, {"tls": STARTTLS, "to": request.operator.email})
    return _page(request, form, None, {})


@guarded(CHANGE)
def add(request: HttpRequest) -> HttpResponse:
    """Put a server on record."""
    return _save(request, None)


@guarded(VIEW)
def show(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """A server as it is, without its password."""
    profile = get_object_or_404(MailProfile, pk=profile_id)
    return _page(request, _filled(request, profile), profile, {})


@guarded(CHANGE)
def change(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Change a server."""
    return _save(request, get_object_or_404(MailProfile, pk=profile_id))


@require_POST
@guarded(CHANGE, confirmed=True)
def up(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Let one change places with the one before it."""
    profile_edits.move_up(profile_id, clock.now(), actor=actor(request))
    return go_to("console_settings_tab", "mail", query="notice=saved")


@require_POST
@guarded(CHANGE, confirmed=True)
def remove(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Take one away."""
    profile = get_object_or_404(MailProfile, pk=profile_id)
    seen = Seen(profile, RowForm((), {}, request.POST).version)
    try:
        profile_edits.remove(seen, clock.now(), actor=actor(request))
    except EditLost:
        return _page(request, _filled(request, profile), profile, {"overtaken": []})
    return go_to("console_settings_tab", "mail", query="notice=saved")


@require_POST
@sensitive_post_parameters("password")
@guarded(CHANGE)
def test(request: HttpRequest) -> HttpResponse:
    """Try what stands in the form; the password that is kept counts where none is typed."""
    form = RowForm(FIELDS, {}, request.POST)
    kept = MailProfile.objects.filter(pk=_uuid(request.POST.get("profile", ""))).first()
    if first := settings_trials.unconfirmed(request, lambda: _page(request, form, kept, {"unconfirmed": True})):
        return first
    asker = Asker(actor(request), clock.now())
    try:
        trial = trials.ask_mail(_described(form), form.text("to"), asker, kept=kept.pk if kept else None)
    except (ProfileRefused, TrialRefused) as problem:
        form.refuse_for(problem)
        return settings_trials.refused(request, form, lambda: _page(request, form, kept, {}))
    return settings_trials.begun(request, trial)


def _save(request: HttpRequest, profile: MailProfile | None) -> HttpResponse:
    form = RowForm(FIELDS, {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _page(request, form, profile, {"unconfirmed": True})
    now, by = clock.now(), actor(request)
    try:
        if profile is None:
            profile_edits.add(_described(form), now, actor=by)
        else:
            profile_edits.change(Seen(profile, form.version), _described(form), now, actor=by)
    except ProfileRefused as problem:
        form.refuse_for(problem)
        return _page(request, form, profile, {})
    except EditLost:
        return _page(request, form, profile, {"overtaken": _changed(form, request, profile)})
    return go_to("console_settings_tab", "mail", query="notice=saved")


def _changed(form: RowForm, request: HttpRequest, profile: MailProfile) -> list[dict[str, Any]]:
    """Where what stands on record differs from what was typed."""
    kept = _filled(request, MailProfile.objects.get(pk=profile.pk))
    form["version"].value = kept["version"].value
    return settings_page.differences(form, kept, FIELDS, beside={"password", "to"})


def _filled(request: HttpRequest, profile: MailProfile) -> RowForm:
    return RowForm(FIELDS, {**vars(profile), "to": request.operator.email})


def _described(form: RowForm) -> NewProfile:
    port = form.text("port").strip()
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise ProfileRefused("not_a_port", "port")
    names = ("name", "host", "tls", "username", "password", "from_address", "from_name")
    described = {name: form.text(name) if name == "password" else form.text(name).strip() for name in names}
    return NewProfile(port=int(port or 0), **described)


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def _page(request: HttpRequest, form: RowForm, profile: MailProfile | None, more: dict[str, Any]) -> HttpResponse:
    values = {"form": form, "fields": form.shown(), "row": profile, "trial_fields": ("to",)} | more
    framed = settings_page.framed(request, tabs.tab_of("mail"), values)
    return settings_page.page(request, "console/settings/mail_profile.html", framed)


new = settings_page.either(show_new, add)
profile = settings_page.either(show, change)
