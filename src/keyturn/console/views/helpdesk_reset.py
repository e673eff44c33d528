"""Reset password: a link by mail, or a password that the caller tells (M3.2 to M3.7)."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from keyturn.console import desk_page
from keyturn.console.desk_form import DeskForm
from keyturn.console.desk_page import wish_of
from keyturn.console.guard import guarded
from keyturn.console.person_page import person_or_404
from keyturn.door.answers import go_to
from keyturn.door.forms import DOES_NOT_SUFFICE
from keyturn.lib import clock, text
from keyturn.limits import counters
from keyturn.passwords import judgement, meter
from keyturn.passwords.core import presets
from keyturn.people.models import Person
from keyturn.recovery import agreeing, approvals, by_operator, desk, manual_entry
from keyturn.recovery.core.facts import Method
from keyturn.recovery.desk import Wish
from keyturn.recovery.manual_entry import Entry

METER = counters.Limit("meter_by_operator", 600, timedelta(minutes=10))
NOTE_TELLS = gettext_lazy("The reason is kept and shown to others. Take the password out of it.")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("recovery.reset_password")
def reset(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The dialog; Yes sends the mail, or asks a second operator."""
    person = person_or_404(person_id)
    form = DeskForm(posted=request.POST)
    if request.method != "POST":
        return desk_page.show(request, person, "reset", form)
    wish = _wish(request, person, Method.LINK, form)
    if wish is None:
        return desk_page.show(request, person, "reset", form)
    outcome = by_operator.send_link(wish, clock.now())
    if isinstance(outcome, by_operator.Sent):
        return go_to("console_helpdesk_account", person_id, query=f"done=sent&reference={outcome.recovery.reference}")
    return _stopped(request, wish, form, outcome)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("recovery.enter_password")
@sensitive_post_parameters("new_password")
def enter(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Enter a new password for the customer. Where the tenant does not allow it there is no such page (M3.3)."""
    person = person_or_404(person_id)
    if not request.tenant.allow_manual_entry:
        raise Http404
    form = DeskForm(posted=request.POST)
    if request.method != "POST":
        return desk_page.show(request, person, "enter", form)
    wish = _wish(request, person, Method.MANUAL_ENTRY, form)
    if wish and desk_page.must_ask(wish, clock.now()):  # nobody keeps a password while a second operator thinks
        return _stopped(request, wish, form, desk.SecondFirst(False))
    password = form.secret("new_password")
    if wish is None or form.refused:
        return desk_page.show(request, person, "enter", form)
    outcome = manual_entry.enter(wish, Entry(password, form.is_temporary), clock.now())
    if isinstance(outcome, manual_entry.Entered):
        return go_to(
            "console_helpdesk_account", person_id, query=f"done=entered&reference={outcome.recovery.reference}"
        )
    return _stopped(request, wish, form, outcome)


@require_POST
@guarded("recovery.enter_password")
@sensitive_post_parameters()
def strength(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The meter's answer while an operator types; what is judged here is kept nowhere."""
    person = person_or_404(person_id)
    if counters.take(METER, str(request.operator.pk), now=clock.now()):
        words = _("The meter rests. Your password is judged when you save it.")
        return HttpResponse(f'<p class="meter-word">{words}</p>', status=429)
    try:
        password = text.secret(request.POST.get("new_password", ""))
    except text.TextRefused:
        return HttpResponse("")
    requirements = presets.requirements(request.tenant.password_preset, request.tenant.password_min_length)
    judged = judgement.for_person(password, person)
    return render(request, "keyturn/meter.html", {"judgement": meter.shown(judged, requirements)})


def _wish(request: HttpRequest, person: Person, method: Method, form: DeskForm) -> Wish | None:
    """What is wished for; None when the reason was refused. What was agreed to is done as it was agreed to."""
    wish = wish_of(request, person, method, form)
    if granted := approvals.granted(wish, clock.now()):
        return agreeing.wish_of(granted, wish.source)
    note = form.note()
    return wish_of(request, person, method, form) if note else None


def _stopped(request: HttpRequest, wish: Wish, form: DeskForm, outcome: object) -> HttpResponse:
    """Say what stands in the way, at its field, with what was typed; or ask a second operator."""
    way = "reset" if wish.method is Method.LINK else "enter"
    match outcome:
        case desk.SecondFirst():
            approvals.ask(wish, clock.now())
            return go_to(f"console_helpdesk_{way}", str(wish.person.pk))
        case manual_entry.Weak(judged):
            form.judgement = judged
            form.refuse("new_password", DOES_NOT_SUFFICE)
        case manual_entry.NoteTells():
            form.refuse("note", NOTE_TELLS)
        case manual_entry.NotTaken(words):
            form.refuse("new_password", words)
        case _:
            form.refuse_all(desk_page.words(outcome), focus="note")
    return desk_page.show(request, wish.person, way, form)
