"""The message catalogues: compiled when their text is newer, and compared with what the sources want translated.

Templates and Python are read as Django's own tools read them, without the programs that those need.
"""

import functools
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Message = tuple[str, str | tuple[str, str]]  # context, and the sentence or its two forms


def compile_outdated(source: Path) -> None:
    """Compile the catalogues whose text changed since the package was installed."""
    for text in source.rglob("*.po"):
        binary = text.with_suffix(".mo")
        if not binary.exists() or binary.stat().st_mtime < text.stat().st_mtime:
            with text.open("rb") as lines, binary.open("wb") as target:
                write_mo(target, read_po(lines))


@functools.cache
def sentences(source: Path) -> tuple[tuple[Message, str], ...]:
    """Every sentence of a tree, with the file it stands in."""
    paths = sorted([*source.rglob("*.html"), *source.rglob("*.py")])
    ours = [path for path in paths if "migrations" not in path.parts]
    return tuple((message, path.relative_to(source).as_posix()) for path in ours for message in _in(path))


def _in(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = templatize(text, origin=str(path))
    found = extract("python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"})
    for _, message, _, context in found:
        yield (context or "", tuple(message[:2]) if isinstance(message, tuple) else message)
