"""From a layout and its values to what is sent: one source, the text; the HTML part is made from the same lines.

A paragraph that is one item of kind link becomes a button with the bare address below it; one of kind secret, a
large block. What the HTML looks like depends on the layout alone, never on a value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from keyturn.outbox.merge import ITEM, Layout, MergeRefused, merge, value_of
from keyturn.outbox.purposes import ITEMS
from keyturn.outbox.wording import Wording

ACCENT = "#1d4ed8"  # of organizations that chose none; white words can be read on it
_COLOUR = re.compile(r"#[0-9a-f]{6}")
SMS_LENGTH = 160  # signs of one text message in GSM-7 (3GPP TS 23.038)
_AT_MOST = 64 * 1024  # a message of ours is a few lines; anything longer is a mistake
_AFTER_WHICH_LINKS_BEGIN = re.compile(r"([.:/@])(?=[\w/])")

_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
</head>
<body style="margin:0;padding:24px;color-scheme:light dark;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
<p style="margin:0 0 24px;padding-left:12px;border-left:6px solid {accent};font-size:20px;\
font-weight:600">{tenant}</p>
{blocks}
<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #888888;font-size:14px">{footer}</p>
</div>
</body>
</html>
"""
_PARAGRAPH = '<p style="margin:0 0 16px">{text}</p>'
_LINK = """\
<p style="margin:0 0 8px"><a href="{address}" style="display:inline-block;padding:12px 24px;border-radius:6px;\
background:{accent};color:#ffffff;text-decoration:none;font-weight:600">{label}</a></p>
<p style="margin:0 0 16px;font-size:14px;word-break:break-all"><a href="{address}">{address}</a></p>"""
_LARGE_BLOCK = """\
<p style="margin:0 0 16px;padding:16px;border:1px solid #888888;border-radius:6px;text-align:center;\
font:600 28px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px">{text}</p>"""


@dataclass(frozen=True)
class Rendered:
    """The words that go out. `html` is empty for a text message."""

    subject: str
    text: str
    html: str = ""

    def __repr__(self) -> str:
        return "Rendered(…)"


def mail(layout: Layout, values: Mapping[str, str], words: Wording, accent: str = ACCENT) -> Rendered:
    """An email: subject, text and HTML, in the organization's colour. Raises MergeRefused."""
    safe = _without_live_links(values)
    text = f"{merge(layout.text, safe)}\n-- \n{merge(words.footer, safe)}\n"
    subject = merge(layout.subject, safe)
    return _checked(Rendered(subject, text, _html(layout, safe, words, _colour(accent))))


def sms(layout: Layout, values: Mapping[str, str]) -> Rendered:
    """A text message; where it would need a second one, the organization's name is cut short."""
    safe = _without_live_links(values)
    text = merge(layout.text, safe).strip()
    if (excess := len(text) - SMS_LENGTH) > 0:
        name = safe["TENANT"]
        safe["TENANT"] = name[: max(8, len(name) - excess)].rstrip()
        text = merge(layout.text, safe).strip()
    return _checked(Rendered("", text))


def _html(layout: Layout, values: Mapping[str, str], words: Wording, accent: str) -> str:
    return _PAGE.format(
        language=words.language,
        accent=accent,
        subject=merge(escape(layout.subject), values, escape),
        tenant=escape(value_of("TENANT", values)),
        blocks="\n".join(_block(block, values, words, accent) for block in re.split(r"\n\s*\n", layout.text.strip())),
        footer=merge(escape(words.footer), values, escape),
    )


def _block(block: str, values: Mapping[str, str], words: Wording, accent: str) -> str:
    """One paragraph; escaped before merging, so that an item in it stays one, and each value by itself."""
    if item := ITEM.fullmatch(block.strip()):
        kind, value = ITEMS[item[1]].kind, escape(value_of(item[1], values))
        if kind == "link":
            return _LINK.format(accent=accent, address=value, label=escape(words.buttons[item[1]]))
        if kind == "secret":
            return _LARGE_BLOCK.format(text=value)
    return _PARAGRAPH.format(text=merge(escape(" ".join(block.split())), values, escape))


def _without_live_links(values: Mapping[str, str]) -> dict[str, str]:
    """A person's name is a stranger's text: mail programs make links of what looks like an address."""
    name = _AFTER_WHICH_LINKS_BEGIN.sub(r"\1 ", values["PERSON_NAME"])
    return {**values, "PERSON_NAME": name}


def _colour(accent: str) -> str:
    """A colour and nothing else stands in a style."""
    return accent if _COLOUR.fullmatch(accent) else ACCENT


def _checked(rendered: Rendered) -> Rendered:
    if len(rendered.text) + len(rendered.html) > _AT_MOST:
        raise MergeRefused("too_long")
    return rendered
