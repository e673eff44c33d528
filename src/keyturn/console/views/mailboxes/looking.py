"""The grid of mailboxes, one mailbox with what its checks saw, and those of one person (M1.14)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from keyturn.console import mailbox_page, person_page, sightings
from keyturn.console.filters import Filters, pager
from keyturn.console.guard import guarded
from keyturn.console.mailbox_page import CHANGE, EDIT, VIEW, row_of
from keyturn.console.views.mailboxes import acts
from keyturn.door.answers import page
from keyturn.lib import clock
from keyturn.lib.paging import keyset
from keyturn.monitoring import belonging, findings, hosts, lists, passes, sweeps, telling, wording
from keyturn.monitoring.lists import Wanted
from keyturn.monitoring.models import Mailbox

PROTOCOLS = [("imap", "IMAP"), ("pop3", "POP3")]


@require_safe
@guarded(VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """All mailboxes by name, how many are in which state, and how far the checking has come."""
    filters = Filters(request, *acts.FILTERS)
    wanted = Wanted(
        state=filters.choice("state", Mailbox.STATES),
        protocol=filters.choice("protocol", lists.PROTOCOLS),
        person_id=filters.uuid("person"),
        typed=filters.text("q"),
    )
    found = keyset(lists.matching(wanted), lists.ORDER, cursor=filters.cursor, size=acts.SIZE)
    counted = lists.by_state()
    values = {
        "form": filters,
        "rows": [row_of(mailbox) for mailbox in found.rows],
        "pager": pager(found, filters),
        "states": [_counted(name, many, filters) for name, many in counted.items()],
        "protocols": PROTOCOLS,
        "progress": sweeps.progress(clock.now()),
        "is_any": any(counted.values()),
        "may_change": request.operator.has_perm(CHANGE),
        "may_edit": request.operator.has_perm(EDIT),
        "notice": acts.told(request),
    }
    return page(request, "console/mailboxes/list.html", values)


@require_safe
@guarded(VIEW)
def progress(request: HttpRequest) -> HttpResponse:
    """How far the checking has come, for the grid that follows it."""
    return page(request, "console/mailboxes/progress.html", {"progress": sweeps.progress(clock.now())})


@require_safe
@guarded(VIEW)
def one(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    """One mailbox, where it is, and a drawing of its last checks."""
    mailbox, now = mailbox_page.found(mailbox_id), clock.now()
    seen = lists.sightings(mailbox, sightings.MANY)
    told = [{"seen": one, "verdict": findings.verdict(one.verdict), "why": findings.code(one.code)} for one in seen]
    values = row_of(mailbox) | mailbox_page.allowed(request, mailbox.person)
    values |= {
        "strip": sightings.of(seen),
        "told": told[::-1],
        "has_pass": passes.has(mailbox, now),
        "has_other_way": telling.has_other_way(mailbox, now),
        "trouble": hosts.in_trouble().filter(host=mailbox.host).first(),
        "notice": acts.DONE.get(request.GET.get("done", "")),
    }
    return page(request, "console/mailboxes/one.html", values)


@require_safe
@guarded(VIEW)
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The tab Mailboxes: one person's, those that need somebody first."""
    person = person_page.person_or_404(person_id)
    values = person_page.context(person, "mailboxes") | mailbox_page.allowed(request, person)
    values |= {
        "rows": [row_of(mailbox) for mailbox in belonging.mailboxes_of(person.pk)],
        "notice": acts.DONE.get(request.GET.get("done", "")),
    }
    return page(request, "console/mailboxes/of_person.html", values)


def _counted(state: str, many: int, filters: Filters) -> dict[str, Any]:
    is_here, is_more = filters["state"].value == state, many >= lists.COUNTED_TO
    return {"state": state, "words": wording.state(state), "many": many, "is_more": is_more, "is_here": is_here}
