"""Activity: everything about one person, newest first; messages with the provider's words (M0.5)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from keyturn.audit.models import Event
from keyturn.console import person_page
from keyturn.console.events import lines
from keyturn.console.filters import Filters, pager
from keyturn.console.guard import guarded
from keyturn.console.views.deliveries import row_of
from keyturn.door.answers import page
from keyturn.recovery import activity as activities


@require_safe
@guarded("people.view_person")
def activity(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Events and messages in one line of time."""
    person = person_page.person_or_404(person_id)
    filters = Filters(request)
    found = activities.of(person.pk, cursor=filters.cursor)
    told = {line.event.pk: line for line in lines(row for row in found.rows if isinstance(row, Event))}
    rows = [{"line": told[row.pk]} if row.pk in told else row_of(row) for row in found.rows]
    values = person_page.context(person, "activity") | {"rows": rows, "pager": pager(found, filters)}
    return page(request, "console/people/activity.html", values)
