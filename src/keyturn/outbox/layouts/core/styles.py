"""Styles that a mail may have: some properties, and values that neither load nor hide code.

What is not known to be harmless is left out. A value is a row of plain words, numbers, colours and names in quotes;
the functions are those of colours and `calc`. So nothing with `url(`, a backslash, an `@` or a comment passes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_RULES = 200
_LONGEST_DECLARATIONS = 2_000  # signs
_SIDES = ("", "-top", "-right", "-bottom", "-left")
PROPERTIES = frozenset(
    [f"{box}{side}" for box in ("margin", "padding", "border") for side in _SIDES]
    + [f"border{side}-{what}" for side in _SIDES for what in ("color", "style", "width")]
    + [f"{least}{size}" for least in ("", "min-", "max-") for size in ("width", "height")]
    + "background background-color border-collapse border-radius border-spacing color direction display".split()
    + "font font-family font-size font-style font-variant font-weight letter-spacing line-height".split()
    + "list-style-type overflow-wrap table-layout text-align text-decoration text-indent text-transform".split()
    + "vertical-align white-space word-break word-spacing".split()
)
_VALUE = re.compile(
    r"(?:[A-Za-z0-9#%.,/+ -]|'[A-Za-z0-9 .-]{1,60}'|\"[A-Za-z0-9 .-]{1,60}\""
    r"|(?:rgba?|hsla?|calc)\([A-Za-z0-9%.,/+* -]{1,60}\)){1,200}(?: ?!important)?"
)
_SELECTOR = re.compile(r"[A-Za-z0-9_.#, >*-]{1,200}")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


@dataclass(frozen=True)
class Kept:
    """What of a style may stay, and the names of what may not."""

    css: str
    dropped: frozenset[str] = frozenset()


def declarations(raw: str) -> Kept:
    """The declarations of one element or rule."""
    if len(raw) > _LONGEST_DECLARATIONS:
        return Kept("", frozenset({"style"}))
    kept, dropped = [], set()
    for one in filter(None, map(str.strip, raw.split(";"))):
        name, _colon, value = (part.strip() for part in one.partition(":"))
        value = " ".join(value.split())
        if name.lower() in PROPERTIES and _VALUE.fullmatch(value):
            kept.append(f"{name.lower()}: {value}")
        else:
            dropped.add(re.sub(r"[^a-z-]", "", name.lower())[:30] or "style")
    return Kept("; ".join(kept), frozenset(dropped))


def sheet(raw: str) -> Kept:
    """The rules of a style sheet, one on a line; rules that begin with `@` are left out whole."""
    kept, dropped = [], set()
    for selector, body in _rules(_COMMENT.sub(" ", raw)):
        if len(kept) == MOST_RULES or not _SELECTOR.fullmatch(selector):
            dropped.add(selector.split(" ")[0][:30] or "style")
            continue
        inside = declarations(body)
        dropped |= inside.dropped
        if inside.css:
            kept.append(f"{selector} {{{inside.css}}}")
    return Kept("\n".join(kept), frozenset(dropped))


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Selector and body of every rule; of an `@` rule its name, and all that it encloses."""
    place = 0
    while place < len(css):
        opening, end = _found(css, "{", place), _found(css, ";", place)
        if css[place:].lstrip()[:1] == "@" and end < opening:
            yield _head(css[place:end]), ""
            place = end + 1
            continue
        closing = _balanced(css, opening)
        head = _head(css[place:opening])
        if head or css[opening:closing].strip():
            yield head, css[opening + 1 : closing]
        place = closing + 1


def _head(raw: str) -> str:
    return " ".join(raw.split())


def _found(css: str, sign: str, place: int) -> int:
    at = css.find(sign, place)
    return len(css) if at < 0 else at


def _balanced(css: str, opening: int) -> int:
    """Where the brace that opens there is closed again."""
    depth = 0
    for at in range(opening, len(css)):
        depth += {"{": 1, "}": -1}.get(css[at], 0)
        if depth == 0:
            return at
    return len(css)
