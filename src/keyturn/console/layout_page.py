"""What the layout builder shows around a draft: how it would look, what is wrong with it, what it may borrow."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from keyturn.console import layout_words, settings_page
from keyturn.console.layout_form import LABELS, LayoutForm
from keyturn.console.names import Names, id_of
from keyturn.outbox import channels, saying
from keyturn.outbox.layouts import importing, preview, queries, variables
from keyturn.outbox.layouts.core.comparing import Line
from keyturn.outbox.layouts.core.words import Words
from keyturn.outbox.layouts.models import LayoutText, StoredLayout
from keyturn.outbox.layouts.preview import Previewed, Writing
from keyturn.outbox.layouts.variables import Named
from keyturn.outbox.wording import wording
from keyturn.people import search
from keyturn.people.models import Person
from keyturn.tenants import finding, scope, tabs

CHANGE = "outbox.change_layouts"
LANGUAGES = dict(settings.LANGUAGES)
_MOST_PEOPLE = 8  # that a search for somebody to show a layout for offers
_LONGEST_SEARCH = 200
_FRAMING = (  # as every page, and a frame of our own in it
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


@dataclass(frozen=True)
class Draft:
    """A layout in one language as it stands in the builder. `kept` is None before it was saved the first time."""

    layout: StoredLayout
    language: str
    kept: LayoutText | None
    form: LayoutForm

    @property
    def path(self) -> tuple[str, str]:
        """What the addresses of this draft name."""
        return str(self.layout.pk), self.language

    @property
    def writing(self) -> Writing:
        """What is being written, as the rooms below know it."""
        return Writing(_named(self.layout), self.language, self.form.words)


def draft(request: HttpRequest, layout_id: UUID, language: str) -> Draft:
    """What was sent of a layout, or what is kept of it; nothing there for another's, or in no language of ours."""
    layout = get_object_or_404(StoredLayout, pk=layout_id)
    if language not in LANGUAGES:
        raise Http404
    kept = queries.text(layout, language)
    posted = request.POST if request.method == "POST" else None
    form = LayoutForm(_words(layout, language, kept), kept.version if kept else 0, posted)
    return Draft(layout, language, kept, form)


def looked_at(one: Draft, *, logo: str = "") -> tuple[Previewed, Person | None]:
    """How a draft would look, and for whom: a person of the tenant, or nobody in particular."""
    wanted = id_of(one.form["person"].value)
    person = Person.objects.filter(pk=wanted).first() if wanted else None
    return preview.preview(one.writing, person, logo=logo), person


def parts(request: HttpRequest, one: Draft) -> dict[str, Any]:
    """The values of the parts that change as somebody types."""
    previewed, person = looked_at(one)
    problems = [layout_words.told(problem) for problem in previewed.problems]
    return {
        "one": one,
        "form": one.form,
        "is_mail": one.layout.channel == channels.EMAIL,
        "previewed": previewed,
        "price": _price(previewed),
        "person": person,
        "people": _people(one.form["who"].value) if may_change(request) else (),
        "problems": problems,
        "refuses": any(problem.refuses for problem in problems),
        "asks": any(problem.asks for problem in problems),
        "may_change": may_change(request),
    }


def page(request: HttpRequest, one: Draft, more: dict[str, Any]) -> HttpResponse:
    """The builder around a draft."""
    values = parts(request, one)
    values |= {
        "purpose": saying.purpose(one.layout.purpose),
        "channel": layout_words.CHANNELS[one.layout.channel],
        "items": preview.palette(one.layout.purpose, values["person"]),
        "variables": [variable.name for variable in one.layout.variables.all()],
        "languages_of": _languages(one),
        "saved_by": Names([one.kept.saved_by]).of(one.kept.saved_by) if one.kept else None,
        "to": request.operator.email,
        "is_draft": request.method == "POST",
        "text_rows": 14 if values["is_mail"] else 5,
    }
    framed = settings_page.framed(request, tabs.tab_of("layouts"), values | more)
    answer = settings_page.page(request, "console/layouts/builder.html", framed)
    answer.headers["Content-Security-Policy"] = _FRAMING
    return answer


def lines(compared: Iterable[Line]) -> list[dict[str, Any]]:
    """The lines of a comparison under the words for where they stand."""
    return [{"field": LABELS[line.field], "kind": line.kind, "text": line.text} for line in compared]


def may_change(request: HttpRequest) -> bool:
    """Whether the operator may change layouts."""
    return request.operator.has_perm(CHANGE)


def _words(layout: StoredLayout, language: str, kept: LayoutText | None) -> Words:
    """What is kept; before anything is, the built-in words as a beginning."""
    if kept is not None:
        return queries.words_of(kept)
    return importing.default_words(_named(layout), wording(language))


def _named(layout: StoredLayout) -> Named:
    return variables.of(layout.purpose, layout.channel)


def _languages(one: Draft) -> list[dict[str, Any]]:
    there = set(one.layout.texts.values_list("language", flat=True))
    return [
        {"code": code, "name": name, "is_there": code in there, "is_here": code == one.language}
        for code, name in LANGUAGES.items()
    ]


def _price(previewed: Previewed) -> str:
    """What one such text message costs, where the organization told what one part does."""
    price = finding.by_id(scope.current_id()).sms_price if previewed.segments else 0
    return f"{price * previewed.segments.messages / 100:.2f}" if price else ""


def _people(typed: str) -> list[Person]:
    if not typed.strip():
        return []
    hits = search.find(typed[:_LONGEST_SEARCH])
    return list(Person.objects.filter(pk__in=hits.people).order_by("name", "identifier")[:_MOST_PEOPLE])
