"""The request log: every "I forgot", what was decided, why, and what became of it (M0.20)."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyturn.console import badges
from keyturn.console.events import lines
from keyturn.console.filters import Filters, pager
from keyturn.console.guard import guarded
from keyturn.console.views.deliveries import row_of, tries_of
from keyturn.door.answers import go_to, page
from keyturn.lib import clock
from keyturn.lib.paging import keyset
from keyturn.recovery import log, story, wording
from keyturn.recovery.core import reference
from keyturn.recovery.log import Wanted
from keyturn.recovery.models import Recovery, Ticket
from keyturn.recovery.story import Story

_NEWEST_FIRST = ("-created_at", "-id")
_RULES = {"passed": ("ok", _("holds")), "refused": ("bad", _("refused here")), "not_asked": ("", _("not asked"))}
_NOT_FOUND = _("No request has this reference. Compare it sign by sign: eight letters and digits.")


@require_safe
@guarded("recovery.view_recovery")
def listing(request: HttpRequest) -> HttpResponse:
    """All requests, newest first; a reference that was typed goes to its own page."""
    filters = Filters(request, "reference", "state", "since", "until")
    typed = filters.text("reference")
    read = reference.read(typed)
    if read and story.exists(read):
        return go_to("console_requests_one", read)
    if typed:
        filters.refuse("reference", _NOT_FOUND)
    wanted = Wanted(filters.choice("state", dict(wording.states())), filters.day("since"), filters.day("until"))
    found = keyset(log.matching(wanted), _NEWEST_FIRST, cursor=filters.cursor)
    rows = [row_of_request(recovery) for recovery in found.rows]
    values = {"form": filters, "rows": rows, "pager": pager(found, filters), "states": wording.states()}
    return page(request, "console/requests/list.html", values)


@require_safe
@guarded("recovery.view_recovery")
def one(request: HttpRequest, typed: str) -> HttpResponse:
    """One request from end to end, by its reference."""
    read = reference.read(typed)
    told = story.of(read) if read else None
    if told is None:
        raise Http404
    return page(request, "console/requests/one.html", _chapters(told, clock.now()))


def row_of_request(recovery: Recovery) -> dict[str, Any]:
    """A request in words, as lists show it."""
    return {
        "recovery": recovery,
        "state": wording.state(recovery.state),
        "badge": badges.of_request(recovery.state),
        "method": wording.method(recovery.method),
        "door": wording.door(recovery.door),
        "why": wording.explain(recovery.reason),
    }


def _chapters(told: Story, now: datetime) -> dict[str, Any]:
    return {
        "story": told,
        "row": row_of_request(told.recovery) if told.recovery else None,
        "rules": [_rule(name, outcome) for name, outcome in told.rules],
        "rights": [_right(held, now) for held in told.rights],
        "sent": [
            row_of(one.message) | {"carries": one.carries, "tries": tries_of(one.attempts)} for one in told.sent
        ],
        "events": lines(told.events),
    }


def _rule(name: str, outcome: str) -> dict[str, Any]:
    icon, words = _RULES.get(outcome, ("", outcome))
    return {
        "name": wording.rule(name),
        "icon": icon,
        "outcome": words,
        "badge": f"is-{icon}" if icon else badges.QUIET,
    }


def _right(held: Any, now: datetime) -> dict[str, Any]:
    kind = _("Link and code") if isinstance(held, Ticket) else _("Temporary password")
    return {"held": held, "kind": kind, "state": wording.right(held, now)}
