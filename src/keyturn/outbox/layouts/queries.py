"""Looking at layouts: which there are, their words, their versions, and two of those side by side."""

from dataclasses import dataclass
from uuid import UUID

from keyturn.outbox.layouts.core import comparing
from keyturn.outbox.layouts.core.comparing import Line
from keyturn.outbox.layouts.core.words import Words
from keyturn.outbox.layouts.models import LayoutText, LayoutVersion, StoredLayout


@dataclass(frozen=True)
class Listed:
    """A layout in a list: the languages that it has words in, and the variables that hold it."""

    layout: StoredLayout
    languages: tuple[str, ...]
    variables: tuple[str, ...]


def layouts() -> list[Listed]:
    """Every layout, by name. Three statements, and no words are read."""
    found = StoredLayout.objects.order_by("name")
    texts = _gathered(LayoutText.objects.order_by("language").values_list("layout_id", "language"))
    held = _gathered(StoredLayout.objects.exclude(variables=None).values_list("pk", "variables__name"))
    return [Listed(one, texts.get(one.pk, ()), held.get(one.pk, ())) for one in found]


def layout(layout_id: UUID) -> StoredLayout:
    """One layout; raises StoredLayout.DoesNotExist."""
    return StoredLayout.objects.get(pk=layout_id)


def text(of: StoredLayout, language: str) -> LayoutText | None:
    """The words of one language, as they are sent now."""
    return LayoutText.objects.filter(layout=of, language=language).first()


def versions(of: LayoutText) -> list[LayoutVersion]:
    """Every version, the newest first, with who and when; without the words, which may be long."""
    return list(LayoutVersion.objects.filter(of=of).defer("subject", "text", "html").order_by("-number"))


def version(of: LayoutText, number: int) -> LayoutVersion | None:
    """One version with its words."""
    return LayoutVersion.objects.filter(of=of, number=number).first()


def words_of(row: LayoutText | LayoutVersion) -> Words:
    """The words that a row holds."""
    return Words(row.subject, row.text, row.html)


def compare(before: LayoutVersion, after: LayoutVersion) -> tuple[Line, ...]:
    """Two versions, as lines."""
    return comparing.compare(words_of(before), words_of(after))


def _gathered(pairs) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, tuple[str, ...]] = {}
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found
