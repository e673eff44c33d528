"""The grid of mailboxes, one mailbox with what its checks saw, and what an operator may do about them (M1.14)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from keyturn.console import badges, sightings
from keyturn.console.filters import Filters, pager
from keyturn.console.guard import actor, guarded
from keyturn.console.names import id_of
from keyturn.door.answers import SeeOther, go_to, page
from keyturn.lib import clock
from keyturn.lib.paging import keyset
from keyturn.monitoring import findings, lists, mailboxes, passes, wording
from keyturn.monitoring.lists import Wanted
from keyturn.monitoring.models import Mailbox
from keyturn.operators import sessions

VIEW, CHANGE = "monitoring.view_mailbox", "monitoring.change_mailbox"
PROTOCOLS = [("imap", "IMAP"), ("pop3", "POP3")]
CHECK, SUSPEND, RESUME = "check", "suspend", "resume"
SIZE = 50
FILTERS = ("q", "state", "protocol", "person")
_ACTS: dict[str, Callable[..., bool]] = {
    CHECK: mailboxes.check_now,
    SUSPEND: mailboxes.suspend,
    RESUME: mailboxes.resume,
}
_DONE: dict[str, Promise] = {
    CHECK: _("It is due now, and is checked within seconds while a worker runs."),
    SUSPEND: _("Suspended: it is not checked until somebody resumes it."),
    RESUME: _("It is checked again from now on."),
    "nothing": _("Nothing was to be done: it was so already, or has no password."),
    "pass": _("For a day its owner may give a new password without the old one."),
    "pass_ended": _("The old password is asked for again."),
}


@require_safe
@guarded(VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """All mailboxes by name, how many are in which state, and how far the checking has come."""
    filters = Filters(request, *FILTERS)
    wanted = Wanted(
        state=filters.choice("state", Mailbox.STATES),
        protocol=filters.choice("protocol", lists.PROTOCOLS),
        person_id=filters.uuid("person"),
        typed=filters.text("q"),
    )
    found = keyset(lists.matching(wanted), lists.ORDER, cursor=filters.cursor, size=SIZE)
    counted = lists.by_state()
    values = {
        "form": filters,
        "rows": [row_of(mailbox) for mailbox in found.rows],
        "pager": pager(found, filters),
        "states": [_counted(name, many, filters) for name, many in counted.items()],
        "protocols": PROTOCOLS,
        "progress": lists.progress(clock.now()),
        "is_any": any(counted.values()),
        "may_change": request.operator.has_perm(CHANGE),
        "notice": _told(request.GET.get("done", ""), request.GET.get("many", "")),
    }
    return page(request, "console/mailboxes/list.html", values)


@require_safe
@guarded(VIEW)
def one(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """One mailbox, where it is, and a drawing of its last checks."""
    mailbox, now = _found(mailbox_id), clock.now()
    seen = lists.sightings(mailbox, sightings.MANY)
    told = [{"seen": one, "verdict": findings.verdict(one.verdict), "why": findings.code(one.code)} for one in seen]
    values = row_of(mailbox) | {
        "strip": sightings.of(seen),
        "told": told[::-1],
        "has_pass": passes.has(mailbox, now),
        "may_change": request.operator.has_perm(CHANGE),
        "notice": _DONE.get(request.GET.get("done", "")),
    }
    return page(request, "console/mailboxes/one.html", values)


@require_POST
@guarded(CHANGE)
def act(request: HttpRequest) -> HttpResponse:
    """Do the same to everything that was ticked, and go back to where the list was."""
    do, now = request.POST.get("do", ""), clock.now()
    if do not in _ACTS:
        raise Http404
    ids = {pk for raw in request.POST.getlist("ids")[:SIZE] if (pk := id_of(raw))}
    many = sum(_does(do, mailbox, now, request) for mailbox in lists.chosen(ids))
    back = Filters(request, *FILTERS)
    for name in FILTERS:
        back.text(name)
    return SeeOther(f"/console/mailboxes/?{back.query}done={do}&many={many}")


@require_POST
@guarded(CHANGE)
def act_one(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """Check one now, suspend it, or resume it."""
    mailbox, do = _found(mailbox_id), request.POST.get("do", "")
    if do not in _ACTS:
        raise Http404
    done = do if _does(do, mailbox, clock.now(), request) else "nothing"
    return go_to("console_mailboxes_one", str(mailbox.pk), query=f"done={done}")


@require_POST
@guarded(CHANGE)
def let_in(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """Let the owner in once without the old password, or not any more; both are on record (M1.13)."""
    mailbox, now = _found(mailbox_id), clock.now()
    if not sessions.is_confirmed(request.operator_session, now):
        here = reverse("console_mailboxes_one", args=[mailbox.pk])
        return go_to("console_confirm", query=urlencode({"next": here}))
    if request.POST.get("do") == "end":
        passes.take_back(mailbox, now, actor=actor(request))
        return go_to("console_mailboxes_one", str(mailbox.pk), query="done=pass_ended")
    passes.give(mailbox, now, actor=actor(request))
    return go_to("console_mailboxes_one", str(mailbox.pk), query="done=pass")


def row_of(mailbox: Mailbox) -> dict[str, Any]:
    """A mailbox in words, as the grid and its own page show it."""
    is_by_hand = mailbox.suspended_by == Mailbox.BY_OPERATOR
    return {
        "mailbox": mailbox,
        "state": wording.state(mailbox.state),
        "badge": badges.of_mailbox(mailbox.state),
        "is_suspended": mailbox.state == Mailbox.SUSPENDED,
        "why": _("Suspended by an operator.") if is_by_hand else findings.code(mailbox.code),
    }


def _does(do: str, mailbox: Mailbox, now: datetime, request: HttpRequest) -> bool:
    return bool(_ACTS[do](mailbox, now, actor=actor(request)))


def _found(mailbox_id: UUID) -> Mailbox:
    mailbox = lists.matching(Wanted()).filter(pk=mailbox_id).first()
    if mailbox is None:
        raise Http404
    return mailbox


def _counted(state: str, many: int, filters: Filters) -> dict[str, Any]:
    return {"state": state, "words": wording.state(state), "many": many, "is_here": filters["state"].value == state}


def _told(do: str, raw: str) -> str:
    """What came of a bulk act, as the address says it."""
    if do not in _ACTS or not (raw.isascii() and raw.isdigit() and len(raw) < 4):
        return ""
    many = int(raw)
    words = {
        CHECK: ngettext("%(many)d mailbox is due now.", "%(many)d mailboxes are due now.", many),
        SUSPEND: ngettext("%(many)d mailbox was suspended.", "%(many)d mailboxes were suspended.", many),
        RESUME: ngettext("%(many)d mailbox is checked again.", "%(many)d mailboxes are checked again.", many),
    }
    return words[do] % {"many": many}
