"""HTML from an operator, cleaned by libraries: what is kept is a known handful of elements, attributes and styles.

    clean(raw)        when it is saved: a style sheet of known properties, and a fragment; says what had to go
    inlined(kept)     when it is rendered: styles moved into the elements, then everything cleaned once more
Nothing here loads anything: no style sheet, no picture, no file. The limits come before the parsers, because a few
kilobytes of nested marks can make a parser build a hundred megabytes.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import css_inline
import nh3

from keyturn.outbox.layouts.core import styles
from keyturn.outbox.layouts.core.items import ITEM
from keyturn.outbox.layouts.core.words import HTML, WordsRefused
from keyturn.outbox.purposes import ITEMS

LOGO = "cid:logo"  # the only picture: the organization's own, sent along
_MOST_TAGS = 3_000
_MOST_WORK = 150_000  # marks such as <b>, times all tags: so many elements a parser may make of them
_MOST_LOGOS = 10  # in the preview each of them is the whole picture
LONGEST_SENT = 100_000  # signs, styles moved into the elements; some mail programs show no more
_LONGEST_SECONDS = 1.0
_MARKS = re.compile(r"<(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b", re.IGNORECASE)
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_END_OF_BLOCK = re.compile(r"(</(?:blockquote|div|h[1-6]|li|ol|p|table|td|th|tr|ul)>)(?!\n)")
_HANDLER = re.compile(r"\s(on[a-zA-Z]{3,20}|srcset|background|formaction)\s*=", re.IGNORECASE)
_FRAME = frozenset({"html", "head", "body", "title", "meta", "style", "center"})  # of a whole page: left out, unsaid
_TAGS = frozenset(
    "a abbr b blockquote br caption code dd div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small span strong"
    " sub sup table tbody td tfoot th thead tr u ul".split()
)
_ATTRIBUTES = {
    "*": {"align", "dir", "lang", "role", "style", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": {"width", "height", "valign", "bgcolor", "colspan", "rowspan"},
    "th": {"width", "height", "valign", "bgcolor", "colspan", "rowspan"},
    "tr": {"valign", "bgcolor"},
    "ol": {"start"},
}
_WITH_CLASS = {**_ATTRIBUTES, "*": _ATTRIBUTES["*"] | {"class"}}
_MAY_HOLD_ITEMS = frozenset({"title", "alt"})


@dataclass(frozen=True)
class Cleaned:
    """HTML that may be kept, and the names of what was left out."""

    html: str
    removed: frozenset[str] = frozenset()


def clean(raw: str) -> Cleaned:
    """The HTML as it may be kept: its style sheet first, then the elements. Raises WordsRefused."""
    _refuse_heavy(raw)
    css, body = _parted(raw)
    kept, dropped = styles.sheet(css), set()
    fragment = _cleaner(_TAGS, _WITH_CLASS, dropped).clean(body).strip()
    dropped |= kept.dropped | _foreign(body)
    if len(fragment) > 2 * len(raw) + 1_000:  # marks left open are closed and opened again in every paragraph
        raise WordsRefused("too_complex", HTML)
    sheet = f"<style>\n{kept.css}\n</style>\n" if kept.css else ""
    return Cleaned(sheet + fragment, frozenset(dropped))


def inlined(kept: str, *, has_logo: bool) -> str:
    """Kept HTML as a mail program reads it: styles in the elements, no class, no picture but the logo.

    Its lines are short, so that they travel as they are and cost little to write down.
    """
    begun = time.thread_time()
    _refuse_heavy(kept)
    css, body = _parted(kept)
    fragment = _cleaner(_TAGS, _WITH_CLASS, set()).clean(body)
    if css := styles.sheet(css).css:
        fragment = _INLINER.inline_fragment(fragment, css)
    tags = _TAGS if has_logo else _TAGS - {"img"}
    sent = _END_OF_BLOCK.sub(r"\1\n", _cleaner(tags, _ATTRIBUTES, set()).clean(fragment)).strip()
    is_slow = time.thread_time() - begun > _LONGEST_SECONDS
    if is_slow or len(sent) > LONGEST_SENT or sent.count(f'src="{LOGO}"') > _MOST_LOGOS:
        raise WordsRefused("too_complex", HTML)
    return sent


_INLINER = css_inline.CSSInliner(
    inline_style_tags=False, keep_style_tags=False, keep_link_tags=False, load_remote_stylesheets=False, base_url=None
)


def _refuse_heavy(html: str) -> None:
    tags = html.count("<")
    if tags > _MOST_TAGS or tags * len(_MARKS.findall(html)) > _MOST_WORK:
        raise WordsRefused("too_complex", HTML)


def _parted(html: str) -> tuple[str, str]:
    """What stands in style sheets, and everything else."""
    lowered, sheets, body, place = html.lower(), [], [], 0
    if len(lowered) != len(html):  # a letter of another alphabet that grows when it is lowered
        lowered = html
    while (begin := lowered.find("<style", place)) >= 0:
        inside, end = lowered.find(">", begin), lowered.find("</style", begin)
        if inside < 0 or end < inside:
            break
        body.append(html[place:begin])
        sheets.append(html[inside + 1 : end])
        place = _after(lowered, end)
    return "\n".join(sheets), "".join([*body, html[place:]])


def _after(html: str, place: int) -> int:
    closing = html.find(">", place)
    return len(html) if closing < 0 else closing + 1


def _cleaner(tags: frozenset[str], attributes: dict[str, set[str]], dropped: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags={"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"},
        attributes=attributes,
        attribute_filter=_filter(dropped),
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative=lambda address: address if _is_link(address) else None,
        link_rel=None,
        strip_comments=True,
    )


def _filter(dropped: set[str]) -> Callable[[str, str, str], str | None]:
    """Decides on every attribute; what it leaves out it writes down."""

    def kept(_tag: str, name: str, value: str) -> str | None:
        if name == "style":
            inside = styles.declarations(value)
            dropped.update(inside.dropped)
            return inside.css or None
        if name == "src":
            is_fine = value == LOGO
        elif name == "href":
            is_fine = _is_address(value)
        else:
            is_fine = name in _MAY_HOLD_ITEMS or not ITEM.search(value)
        if not is_fine:
            dropped.add(name)
        return value if is_fine else None

    return kept


def _is_address(value: str) -> bool:
    """An address of the usual kinds, or one item that is a link and nothing beside it."""
    return (
        _is_link(value)
        if ITEM.search(value)
        else value.lower().startswith(("http://", "https://", "mailto:", "tel:"))
    )


def _is_link(value: str) -> bool:
    item = ITEM.fullmatch(value)
    return item is not None and item[1] in ITEMS and ITEMS[item[1]].kind == "link"


def _foreign(html: str) -> set[str]:
    """Elements and attributes that were there and are not kept, as far as they can be named."""
    elements = {name.lower() for name in _TAG.findall(html)} - _TAGS - _FRAME
    return elements | {name.lower() for name in _HANDLER.findall(html)}
