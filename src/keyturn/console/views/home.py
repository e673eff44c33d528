"""The first page after signing in: what needs a look now, and the last thirty days."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keyturn.console import badges, chart
from keyturn.console.guard import guarded
from keyturn.door.answers import page
from keyturn.enrollment import log as sign_ups
from keyturn.lib import clock
from keyturn.monitoring import hosts, lists
from keyturn.outbox import deliveries, saying
from keyturn.recovery import log, tally, wording

_WEEK = timedelta(days=7)
_WAITS_TOO_LONG = timedelta(minutes=2)
_LOOKS = ("dead", "waiting_since", "failing", "ending", "held", "suspended", "refused", "guessed_at")
_HELD = 20


@require_safe
@guarded("")
def home(request: HttpRequest) -> HttpResponse:
    """Where an operator begins. A fixed number of statements, each bounded, whatever the size of the tenant."""
    now = clock.now()
    may = request.operator.has_perm
    values = {"week": (now - _WEEK).date(), "today": now.date()}
    if may("outbox.view_message"):
        values |= _deliveries(now)
    if may("recovery.view_recovery"):
        values |= _requests(now)
    if may("monitoring.view_mailbox"):
        values |= _mailboxes()
    if may("enrollment.view_pin"):
        values["guessed_at"] = sign_ups.guessed_at(now)
    return page(request, "console/home.html", values | {"all_is_well": not any(map(values.get, _LOOKS))})


def _deliveries(now: datetime) -> dict[str, Any]:
    waiting = deliveries.oldest_waiting()
    dead = [_dead(state, now) for state in deliveries.DEAD_ENDS]
    return {
        "dead": [one for one in dead if one["many"]],
        "waiting_since": waiting if waiting and now - waiting > _WAITS_TOO_LONG else None,
        "failing": deliveries.failing_profiles(),
        "ending": deliveries.ending_gateways(now.date()),
    }


def _dead(state: str, now: datetime) -> dict[str, Any]:
    many = deliveries.dead_since(now - _WEEK, state)
    is_more = many >= deliveries.COUNTED_TO
    return {"state": state, "words": saying.state(state), "badge": badges.BAD, "many": many, "is_more": is_more}


def _mailboxes() -> dict[str, Any]:
    many = lists.suspended()
    return {"held": hosts.in_trouble()[:_HELD], "suspended": many, "is_more_suspended": many >= lists.COUNTED_TO}


def _requests(now: datetime) -> dict[str, Any]:
    refused = log.refused_since(deliveries.begin_of(now.date()))
    last_days = tally.last_days(now.date())
    return {
        "refused": [{"why": wording.explain(reason), "many": many} for reason, many in refused],
        "days": last_days,
        "chart": chart.of(last_days),
        "sums": {name: sum(getattr(row, name) for row in last_days) for name in ("asked", "delivered", "completed")},
        "median": _latest_median(last_days),
    }


def _latest_median(last_days: list) -> str:
    """Of the latest day on which somebody signed in after asking, in words; empty when there is none."""
    seconds = next((row.median_seconds for row in reversed(last_days) if row.median_seconds is not None), None)
    if seconds is None:
        return ""
    return _("%(minutes)d min %(seconds)02d s") % {"minutes": seconds // 60, "seconds": seconds % 60}
