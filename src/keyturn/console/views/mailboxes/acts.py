"""What an operator does to mailboxes: checked now, suspended, resumed, their owner let in, taken off record."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from keyturn.console import mailbox_page
from keyturn.console.filters import Filters
from keyturn.console.guard import actor, guarded
from keyturn.console.mailbox_page import CHANGE, EDIT
from keyturn.console.names import id_of
from keyturn.door.answers import SeeOther, go_to, page
from keyturn.lib import clock
from keyturn.monitoring import lists, mailboxes, passes
from keyturn.monitoring.models import Mailbox
from keyturn.operators import sessions
from keyturn.recovery import desk

CHECK, SUSPEND, RESUME = "check", "suspend", "resume"
SIZE = 50
FILTERS = ("q", "state", "protocol", "person")
_ACTS: dict[str, Callable[..., bool]] = {
    CHECK: mailboxes.check_now,
    SUSPEND: mailboxes.suspend,
    RESUME: mailboxes.resume,
}
DONE: dict[str, Promise] = {
    CHECK: _("It is due now, and is checked within seconds while a worker runs; just refused, after ten minutes."),
    SUSPEND: _("Suspended: it is not checked until somebody resumes it."),
    RESUME: _("It is checked again from now on."),
    "nothing": _("Nothing was to be done: it was so already, or has no password."),
    "pass": _("For a day its owner may give a new password without the old one."),
    "pass_ended": _("The old password is asked for again."),
    "added": _("On record. With a password it is checked within seconds while a worker runs."),
    "saved": _("Saved."),
    "removed": _("Taken off record, with its password and all that was seen of it."),
}


@require_POST
@guarded(CHANGE)
def act(request: HttpRequest) -> HttpResponse:
    """Do the same to everything that was ticked, and go back to where the list was."""
    do, now = request.POST.get("do", ""), clock.now()
    if do not in _ACTS:
        raise Http404
    ids = {pk for raw in request.POST.getlist("ids")[:SIZE] if (pk := id_of(raw))}
    theirs, outranked = _parted(lists.chosen(ids), request)
    many = sum(_does(do, mailbox, now, request) for mailbox in theirs)
    back = Filters(request, *FILTERS)
    for name in FILTERS:
        back.text(name)
    told = urlencode({"done": do, "many": many} | ({"outranked": outranked} if outranked else {}))
    return SeeOther(f"/console/mailboxes/?{back.query}{told}")


@require_POST
@guarded(CHANGE)
def act_one(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """Check one now, suspend it, or resume it."""
    mailbox, do = mailbox_page.found(mailbox_id), request.POST.get("do", "")
    if do not in _ACTS:
        raise Http404
    if answer := mailbox_page.withheld(request, mailbox.person):
        return answer
    done = do if _does(do, mailbox, clock.now(), request) else "nothing"
    return go_to("console_mailboxes_one", str(mailbox.pk), query=f"done={done}")


@require_POST
@guarded(CHANGE)
def let_in(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """Let the owner in once without the old password, or not any more; both are on record (M1.13)."""
    mailbox, now = mailbox_page.found(mailbox_id), clock.now()
    if answer := mailbox_page.withheld(request, mailbox.person):
        return answer
    if not sessions.is_confirmed(request.operator_session, now):
        here = reverse("console_mailboxes_one", args=[mailbox.pk])
        return go_to("console_confirm", query=urlencode({"next": here}))
    if request.POST.get("do") == "end":
        passes.take_back(mailbox, now, actor=actor(request))
        return go_to("console_mailboxes_one", str(mailbox.pk), query="done=pass_ended")
    passes.give(mailbox, now, actor=actor(request))
    return go_to("console_mailboxes_one", str(mailbox.pk), query="done=pass")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(EDIT, confirmed=True)
def remove(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """Ask whether to take one off record; sent, it is done."""
    mailbox = mailbox_page.found(mailbox_id)
    if answer := mailbox_page.withheld(request, mailbox.person):
        return answer
    if request.method != "POST":
        return page(request, "console/mailboxes/remove.html", {"mailbox": mailbox})
    mailboxes.remove(mailbox, clock.now(), actor=actor(request))
    return go_to("console_people_mailboxes", str(mailbox.person_id), query="done=removed")


def told(request: HttpRequest) -> str:
    """What came of a bulk act, as the address says it."""
    do, many, outranked = request.GET.get("done", ""), _count(request, "many"), _count(request, "outranked")
    if do not in _ACTS or many is None:
        return ""
    words = {
        CHECK: ngettext("%(many)d mailbox is due now.", "%(many)d mailboxes are due now.", many),
        SUSPEND: ngettext("%(many)d mailbox was suspended.", "%(many)d mailboxes were suspended.", many),
        RESUME: ngettext("%(many)d mailbox is checked again.", "%(many)d mailboxes are checked again.", many),
    }[do] % {"many": many}
    return f"{words} {_left_alone(outranked)}" if outranked else words


def _left_alone(many: int) -> str:
    return ngettext(
        "%(many)d belongs to an operator of your rank or above and was left alone.",
        "%(many)d belong to operators of your rank or above and were left alone.",
        many,
    ) % {"many": many}


def _count(request: HttpRequest, name: str) -> int | None:
    raw = request.GET.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 4 else None


def _parted(chosen: list[Mailbox], request: HttpRequest) -> tuple[list[Mailbox], int]:
    """Those that may be acted on, and how many may not, for their owners stand as high as the operator."""
    owners = {mailbox.person_id: mailbox.person for mailbox in chosen}
    higher = {pk for pk, person in owners.items() if desk.outranks(person, request.operator)}
    theirs = [mailbox for mailbox in chosen if mailbox.person_id not in higher]
    return theirs, len(chosen) - len(theirs)


def _does(do: str, mailbox: Mailbox, now: datetime, request: HttpRequest) -> bool:
    return bool(_ACTS[do](mailbox, now, actor=actor(request)))
