"""The delivery log: every message, its attempts, the provider's words, and *Send again* (M0.5, M0.19)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyturn.console import badges, guard
from keyturn.console.filters import Filters, pager
from keyturn.console.guard import guarded
from keyturn.door.answers import go_to, page
from keyturn.lib import clock
from keyturn.lib.paging import keyset
from keyturn.outbox import again, deliveries, saying
from keyturn.outbox.again import ManyAnswer, Refused, Repeated
from keyturn.outbox.deliveries import Wanted
from keyturn.outbox.models import Message

_NEWEST_FIRST = ("-created_at", "-id")
_NOTICES = {
    "repeated": _("A new message that says the same waits to be sent."),
    "hurried": _("The message is due now; it goes out within a second while a worker runs."),
}
_REFUSED = 409  # Conflict (RFC 9110): what was asked for does not go with the state the message is in


@require_safe
@guarded("outbox.view_message")
def listing(request: HttpRequest) -> HttpResponse:
    """All messages, newest first, and how many are in which state."""
    filters, wanted = _wanted(request)
    found = keyset(deliveries.matching(wanted), _NEWEST_FIRST, cursor=filters.cursor)
    values = _about(filters) | {
        "rows": [row_of(message) for message in found.rows],
        "pager": pager(found, filters),
        "states": [_counted(state, filters) for state in deliveries.STATES],
        "may_repeat": request.operator.has_perm("outbox.resend_message"),
    }
    return page(request, "console/deliveries/list.html", values)


@require_safe
@guarded("outbox.view_message")
def one(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message, every attempt to hand it over, and what may be done about it."""
    notice = _NOTICES.get(request.GET.get("notice", ""), "")
    return page(request, "console/deliveries/one.html", _shown(request, message_id) | {"notice": notice})


@require_POST
@guarded("outbox.resend_message")
def again_one(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Send it once more, or at once."""
    try:
        answer = again.send(message_id, clock.now(), actor=guard.actor(request))
    except Message.DoesNotExist:
        raise Http404 from None
    if isinstance(answer, Refused):
        values = _shown(request, message_id) | {"refused": saying.why_not(answer.reason)}
        return page(request, "console/deliveries/one.html", values, status=_REFUSED)
    if isinstance(answer, Repeated):
        return go_to("console_deliveries_one", str(answer.message.pk), query="notice=repeated")
    return go_to("console_deliveries_one", str(message_id), query="notice=hurried")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("outbox.resend_message")
def again_all(request: HttpRequest) -> HttpResponse:
    """Ask whether all that match shall be sent again; sending the form does it and says what came of it."""
    filters, wanted = _wanted(request)
    values = _about(filters)
    if request.method == "POST" and not filters.refused:
        values["answer"] = _told(again.send_all(wanted, clock.now(), actor=guard.actor(request)))
    return page(request, "console/deliveries/again_all.html", values)


def row_of(message: Message) -> dict[str, Any]:
    """A message in words, as lists and stories show it."""
    return {
        "message": message,
        "purpose": saying.purpose(message.purpose),
        "state": saying.state(message.state),
        "badge": badges.of_message(message.state),
    }


def tries_of(attempts: list) -> list[dict[str, Any]]:
    """Attempts in words."""
    return [{"attempt": attempt, "outcome": saying.outcome(attempt.outcome)} for attempt in attempts]


def _wanted(request: HttpRequest) -> tuple[Filters, Wanted]:
    filters = Filters(request, "state", "purpose", "since", "until", "person")
    wanted = Wanted(
        state=filters.choice("state", deliveries.STATES),
        purpose=filters.choice("purpose", saying.PURPOSES),
        since=filters.day("since"),
        until=filters.day("until"),
        person_id=filters.uuid("person"),
    )
    return filters, wanted


def _about(filters: Filters) -> dict[str, Any]:
    chosen = {"state": saying.STATES, "purpose": saying.PURPOSES}
    words = [words_of[filters[name].value] for name, words_of in chosen.items() if filters[name].value in words_of]
    return {"form": filters, "purposes": list(saying.PURPOSES.items()), "chosen": words}


def _counted(state: str, filters: Filters) -> dict[str, Any]:
    many = deliveries.in_state(state)
    is_here = filters["state"].value == state
    return {"state": state, "words": saying.state(state), "many": many, "is_here": is_here, "is_more": _is_more(many)}


def _is_more(many: int) -> bool:
    return many >= deliveries.COUNTED_TO


def _shown(request: HttpRequest, message_id: UUID) -> dict[str, Any]:
    message = (
        deliveries.matching(Wanted())
        .select_related("again_of", "location", "person__cell_provider")
        .filter(pk=message_id)
    )
    if (found := message.first()) is None:
        raise Http404
    waits = found.state in Message.WAITING
    obstacle = None if waits else again.obstacle(found, clock.now())
    return row_of(found) | {
        "tries": tries_of(deliveries.attempts([found.pk])[found.pk]),
        "waits": waits,
        "repetition": found.again.first(),
        "why_not": saying.why_not(obstacle) if obstacle else "",
        "needs_reset": obstacle is again.Reason.SECRET_GONE,
        "may_repeat": request.operator.has_perm("outbox.resend_message"),
    }


def _told(answer: ManyAnswer) -> dict[str, Any]:
    refused = [{"why": saying.why_not(reason), "many": many} for reason, many in answer.refused.most_common()]
    return {"hurried": answer.hurried, "repeated": answer.repeated, "refused": refused, "left": answer.left}
