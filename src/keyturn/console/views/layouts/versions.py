"""Every version of a layout's words: who saved it and when, what differs between two, and back to one."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from keyturn.console import layout_page, layout_words, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.layout_form import number
from keyturn.console.layout_page import CHANGE, LANGUAGES
from keyturn.console.names import Names
from keyturn.console.settings_page import OVERTAKEN, VIEW
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import Seen
from keyturn.outbox.layouts import queries, saving
from keyturn.outbox.layouts.core.comparing import SAME
from keyturn.outbox.layouts.models import LayoutText, LayoutVersion, StoredLayout
from keyturn.tenants import tabs

SHOWN = 50


@require_safe
@guarded(VIEW)
def listing(request: HttpRequest, layout_id: UUID, language: str) -> HttpResponse:
    """The newest versions, and what differs between the two that were chosen; at first the last two."""
    return _page(request, *_found(layout_id, language), {})


@guarded(CHANGE)
def ask_restore(request: HttpRequest, layout_id: UUID, language: str, wanted: int) -> HttpResponse:
    """Whoever was asked on the way who they are comes back here, and presses once more."""
    _layout, text = _found(layout_id, language)
    get_object_or_404(LayoutVersion, of=text, number=wanted)
    return go_to("console_layouts_versions", str(layout_id), language)


@guarded(CHANGE, confirmed=True)
def do_restore(request: HttpRequest, layout_id: UUID, language: str, wanted: int) -> HttpResponse:
    """Let the words of a version stand again, as a new one."""
    _layout, text = _found(layout_id, language)
    get_object_or_404(LayoutVersion, of=text, number=wanted)
    seen = Seen(text, number(request.POST.get("version", "")))
    came = saving.restore(seen, wanted, clock.now(), actor=actor(request))
    if isinstance(came, saving.Saved):
        return go_to("console_layouts_builder", str(layout_id), language, query="notice=restored")
    more = {"overtaken": []} if isinstance(came, saving.Outrun) else {"in_the_way": _told(came)}
    answer = _page(request, *_found(layout_id, language), more)
    answer.status_code = OVERTAKEN
    return answer


def _told(came: saving.NotSaved) -> list[layout_words.Told]:
    return [layout_words.told(problem) for problem in came.problems]


def _found(layout_id: UUID, language: str) -> tuple[StoredLayout, LayoutText]:
    layout = get_object_or_404(StoredLayout, pk=layout_id)
    return layout, get_object_or_404(LayoutText, layout=layout, language=language)


def _page(request: HttpRequest, layout: StoredLayout, text: LayoutText, more: dict[str, Any]) -> HttpResponse:
    rows = queries.versions(text)[:SHOWN]
    names = Names(row.saved_by for row in rows)
    values = {
        "layout": layout,
        "text": text,
        "language_name": LANGUAGES.get(text.language, text.language),
        "versions": [{"row": row, "by": names.of(row.saved_by)} for row in rows],
        "may_change": layout_page.may_change(request),
    }
    framed = settings_page.framed(request, tabs.tab_of("layouts"), values | _compared(request, text, rows) | more)
    return render(request, "console/layouts/versions.html", framed)


def _compared(request: HttpRequest, text: LayoutText, rows: list[LayoutVersion]) -> dict[str, Any]:
    """The two that were chosen, and their differences."""
    latest = rows[0].number if rows else 0
    newer = number(request.GET.get("newer", str(latest)))
    older = number(request.GET.get("older", str(max(1, newer - 1))))
    pair = {row.number: row for row in text.versions.filter(number__in=(older, newer))}
    if {older, newer} - pair.keys():
        raise Http404
    lines = queries.compare(pair[older], pair[newer])
    differences = {"lines": layout_page.lines(lines), "is_same": all(line.kind == SAME for line in lines)}
    return {"older": older, "newer": newer, **differences}


restore = settings_page.either(ask_restore, do_restore)
