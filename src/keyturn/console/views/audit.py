"""The audit: what everybody did, filtered, as a file, and whether the chain of it is whole."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from keyturn.audit import events, queries, wording
from keyturn.audit.models import Event
from keyturn.audit.queries import Wanted
from keyturn.console import guard
from keyturn.console.events import lines
from keyturn.console.filters import Filters, pager
from keyturn.console.guard import guarded
from keyturn.console.names import Names
from keyturn.door.answers import page
from keyturn.lib import cells, clock
from keyturn.lib.paging import keyset
from keyturn.operators.models import Operator

_NEWEST_FIRST = ("-at", "-id")
_OTHERS = ("worker", "anonymous", "keyturn", "owner")
_MOST_OPERATORS = 200
_COLUMNS = ("position", "at", "action", "actor", "subject", "source", "reason", "data", "link")


@require_safe
@guarded("audit.view_event")
def listing(request: HttpRequest) -> HttpResponse:
    """All events, newest first, and the state of their chain."""
    filters, wanted, actors = _wanted(request)
    found = keyset(queries.matching(wanted), _NEWEST_FIRST, cursor=filters.cursor)
    subject = Names([wanted.subject]).of(wanted.subject) if wanted.subject else None
    values = {
        "form": filters,
        "rows": lines(found.rows),
        "pager": pager(found, filters),
        "actions": wording.actions(),
        "actors": actors,
        "subject": subject,
        "chain": queries.chain_state(),
        "may_export": request.operator.has_perm("audit.export_event"),
    }
    return page(request, "console/audit/list.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("audit.export_event", confirmed=True)
def export(request: HttpRequest) -> HttpResponse:
    """Everything that matches, as a file; who took it stands in the audit itself. The page asks first."""
    filters, wanted, _actors = _wanted(request)
    if request.method != "POST" or filters.refused:
        return page(request, "console/audit/export.html", {"form": filters})
    asked_for = {name: field.value for name, field in filters.items() if field.value}
    events.record("audit.exported", at=clock.now(), actor=guard.actor(request), filter=asked_for)
    answer = StreamingHttpResponse(_file(wanted, request.tenant.pk), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _file(wanted: Wanted, tenant_id: UUID) -> Iterator[str]:
    yield "\ufeff" + cells.line(_COLUMNS)  # the mark tells spreadsheets that it is UTF-8
    for event in queries.every(wanted, tenant_id):
        yield cells.line(_cells(event))


def _cells(event: Event) -> tuple:
    return (
        event.position,
        event.at.isoformat(),
        event.action,
        event.actor,
        event.subject,
        event.source,
        event.reason,
        event.data or "",
        event.chain,
    )


def _wanted(request: HttpRequest) -> tuple[Filters, Wanted, list[tuple[str, Any]]]:
    filters = Filters(request, "action", "actor", "person", "since", "until")
    actors = _actors(request)
    person_id = filters.uuid("person")
    wanted = Wanted(
        action=filters.choice("action", dict(wording.actions())),
        actor=filters.choice("actor", dict(actors)),
        subject=f"person:{person_id}" if person_id else "",
        since=filters.day("since"),
        until=filters.day("until"),
    )
    return filters, wanted, actors


def _actors(request: HttpRequest) -> list[tuple[str, Any]]:
    """Whom one can filter by: the tenant's operators, and what is not a human."""
    ours = Operator.objects.filter(tenant_id=request.tenant.pk).order_by("username")
    named = [(f"operator:{pk}", name) for pk, name in ours.values_list("pk", "username")[:_MOST_OPERATORS]]
    return [*named, *((kind, wording.actor(kind)) for kind in _OTHERS)]
