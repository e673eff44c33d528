"""A mailbox put on record for a person, and changed; another place wipes the password that is kept (M1.1)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from keyturn.console import mailbox_form, mailbox_page, person_page, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.mailbox_form import FIELDS, SENDING, WITHOUT, MailboxForm
from keyturn.console.mailbox_page import EDIT
from keyturn.console.names import id_of
from keyturn.console.views import settings_trials
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import EditLost, Seen
from keyturn.monitoring import mailboxes, trials
from keyturn.monitoring.mailboxes import MailboxRefused
from keyturn.monitoring.models import Mailbox
from keyturn.outbox.trials import Asker
from keyturn.people.models import Person


@guarded(EDIT, confirmed=True)
def show_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """An empty form."""
    person = person_page.person_or_404(person_id)
    return mailbox_page.withheld(request, person) or _page(request, MailboxForm(), person)


@guarded(EDIT)
def add(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Put one on record; with a password it is checked at once."""
    person, form = person_page.person_or_404(person_id), MailboxForm(posted=request.POST)
    if answer := mailbox_page.withheld(request, person):
        return answer
    if not settings_page.is_confirmed(request):
        return _page(request, form, person, unconfirmed=True)
    try:
        made = mailboxes.add(form.described(person.pk), clock.now(), actor=actor(request))
    except MailboxRefused as problem:
        form.refuse_for(problem)
        return _page(request, form, person)
    return go_to("console_mailboxes_one", str(made.pk), query="done=added")


@guarded(EDIT, confirmed=True)
def show(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """What stands on record, without the password."""
    mailbox = mailbox_page.found(mailbox_id)
    answer = mailbox_page.withheld(request, mailbox.person)
    return answer or _page(request, MailboxForm(mailbox), mailbox.person, mailbox)


@guarded(EDIT)
def change(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """Save what was typed; before a password is wiped, that is said."""
    mailbox, form = mailbox_page.found(mailbox_id), MailboxForm(posted=request.POST)
    person = mailbox.person
    if answer := mailbox_page.withheld(request, person):
        return answer
    if not settings_page.is_confirmed(request):
        return _page(request, form, person, mailbox, unconfirmed=True)
    try:
        wanted = form.described(person.pk)
        if mailboxes.wipes(mailbox, wanted) and form.ask_before_wiping():
            return _page(request, form, person, mailbox, asks_to_wipe=True)
        mailboxes.change(Seen(mailbox, form.version), wanted, clock.now(), actor=actor(request))
    except MailboxRefused as problem:
        form.refuse_for(problem)
        return _page(request, form, person, mailbox)
    except EditLost:
        return _page(request, form, person, mailbox, overtaken=_changed(form, mailbox))
    return go_to("console_mailboxes_one", str(mailbox.pk), query="done=saved")


@require_POST
@sensitive_post_parameters("secret")
@guarded(EDIT)
def test(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Try what stands in the form, saved or not; the password that is kept counts where none is typed."""
    person, form = person_page.person_or_404(person_id), MailboxForm(posted=request.POST)
    kept = _kept(request, person)
    if answer := mailbox_page.withheld(request, person):
        return answer
    if first := settings_trials.unconfirmed(request, lambda: _page(request, form, person, kept, unconfirmed=True)):
        return first
    try:
        asked = trials.ask(form.described(person.pk), Asker(actor(request), clock.now()), kept=kept)
    except MailboxRefused as problem:
        form.refuse_for(problem)
        return settings_trials.refused(request, form, lambda: _page(request, form, person, kept))
    return settings_trials.begun(request, asked)


def _kept(request: HttpRequest, person: Person) -> Mailbox | None:
    """The mailbox that is being changed; None for a new one."""
    named = id_of(request.POST.get("mailbox", ""))
    return Mailbox.objects.filter(person=person, pk=named).first() if named else None


def _changed(form: MailboxForm, mailbox: Mailbox) -> list[dict[str, str]]:
    """Where what stands on record now differs from what was typed."""
    kept = MailboxForm(mailbox_page.found(mailbox.pk))
    form["version"].value = kept["version"].value
    return settings_page.differences(form, kept, FIELDS, beside=mailbox_form.BESIDE)


def _page(
    request: HttpRequest, form: MailboxForm, person: Person, mailbox: Mailbox | None = None, **more: Any
) -> HttpResponse:
    asks = more.get("asks_to_wipe") or form.text(WITHOUT) == "on"
    fields = [one for one in form.shown() if one["field"].name != WITHOUT or asks]
    values = {
        "form": form,
        "fields": [one for one in fields if one["field"].name not in SENDING],
        "sending": [one for one in fields if one["field"].name in SENDING],
        "is_sending": any(form[name].error for name in SENDING) or bool(form["sending_host"].value),
        "person": person,
        "mailbox": mailbox,
        "may_change": True,
        "overtaken": None,
    }
    return settings_page.page(request, "console/mailboxes/form.html", values | more)


new = settings_page.either(show_new, add)
edit = settings_page.either(show, change)
