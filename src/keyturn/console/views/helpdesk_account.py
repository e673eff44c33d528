"""A person's account: what is open, which sessions live, and the ways to end both."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from keyturn.access import sessions
from keyturn.console import desk_page, person_page
from keyturn.console.guard import actor, guarded
from keyturn.console.person_page import person_or_404
from keyturn.directories import accounts
from keyturn.directories.models import Account
from keyturn.door.answers import go_to, page
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people import queries
from keyturn.people.models import Person
from keyturn.recovery import desk, revoking
from keyturn.recovery.models import Recovery

DONE = {
    "revoked": _("It is revoked and opens nothing any more."),
    "ended": _("Every session is ended. Every browser and app signs in again."),
    "gone": _("It was used or over already."),
    "outranked": desk_page.words(desk.Outranked()),
}


@require_safe
@guarded("people.view_person")
def account(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The Account tab."""
    person, now = person_or_404(person_id), clock.now()
    theirs = accounts.of(person)
    values = person_page.context(person, "account") | {"account": theirs, "bounced": _bounced(person)}
    if theirs:
        standing = _with_messages(revoking.standing(theirs, now))
        values |= {"standing": standing, "sessions": sessions.living(theirs, now)}
    may = request.operator.has_perm
    values |= {"perms_reset": may("recovery.reset_password"), "perms_end": may("access.end_sessions")}
    return page(request, "console/helpdesk/account.html", values | _done(request, person))


@require_POST
@guarded("recovery.reset_password")
def revoke_ticket(request: HttpRequest, person_id: UUID, ticket_id: UUID) -> HttpResponse:
    """End one link before it is used."""
    return _end(request, person_id, lambda theirs, now: revoking.ticket(theirs, ticket_id, now, actor=actor(request)))


@require_POST
@guarded("recovery.reset_password")
def revoke_temporary(request: HttpRequest, person_id: UUID, row_id: UUID) -> HttpResponse:
    """End one temporary password before it is used."""
    return _end(
        request,
        person_id,
        lambda theirs, now: revoking.temporary_password(theirs, row_id, now, actor=actor(request)),
    )


@require_POST
@guarded("access.end_sessions")
def end_sessions(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Sign the person out everywhere."""

    def end(theirs: Account, now: datetime) -> bool:
        sessions.end_all_by_operator(theirs, now, actor=actor(request))
        return True

    return _end(request, person_id, end, done="ended")


def _end(request: HttpRequest, person_id: UUID, end: Any, done: str = "revoked") -> HttpResponse:
    """Do it, unless the person ranks too high, and go back to the tab."""
    person = person_or_404(person_id)
    theirs = accounts.of(person)
    if theirs is None:
        raise Http404
    if desk.outranks(person, request.operator):
        done = "outranked"
    elif not end(theirs, clock.now()):
        done = "gone"
    return go_to("console_helpdesk_account", str(person_id), query=f"done={done}")


def _done(request: HttpRequest, person: Person) -> dict[str, Any]:
    """What has just been done, for the page that one is sent on to."""
    done = request.GET.get("done", "")
    reference = request.GET.get("reference", "")
    if done in ("sent", "entered") and reference.isascii() and len(reference) < 20:
        row = Recovery.objects.filter(person=person, reference=reference, door="console").first()
        return {"done": done if row else "", "recovery": row, "masked": desk_page.masked_email(person)}
    return {"notice": DONE.get(done, ""), "is_good": done not in ("gone", "outranked")}


def _with_messages(standing: revoking.Standing) -> revoking.Standing:
    """Each with the message that carries it, for its state and the provider's words."""
    rows = (*standing.tickets, *standing.temporaries)
    messages = Message.objects.in_bulk([one.message_id for one in rows if one.message_id])
    for one in rows:
        one.message_shown = messages.get(one.message_id)
    return standing


def _bounced(person: Person) -> dict[str, str] | None:
    """The main email, where the last message to it came back, with the provider's words (M0.5)."""
    main = queries.main_email(person)
    if main is None or main.bounced_at is None:
        return None
    dead = Message.objects.filter(person=person, address=main, state__in=(Message.BOUNCED, Message.FAILED))
    words = dead.order_by("-created_at").values_list("last_reply", flat=True).first()
    return {"masked": desk_page.masked_email(person), "words": words or ""}
