"""What a mail looks like: HTML made from the lines of its text, and the page around HTML that an organization wrote.

A paragraph that is one item of kind link becomes a button with the bare address below it; one of kind secret, a
large block. Nothing is merged here: what comes out has its items still in it, so it depends on no value.
"""

import re
from dataclasses import dataclass
from html import escape

from keyturn.outbox.layouts.core.items import ITEM
from keyturn.outbox.purposes import ITEMS
from keyturn.outbox.wording import Wording

ACCENT = "#1d4ed8"  # of organizations that chose none; white words can be read on it
_COLOUR = re.compile(r"#[0-9a-f]{6}")

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
{fragment}
</body>
</html>
"""
_OWN_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{subject}</title>
</head>
<body style="margin:0">
{fragment}
</body>
</html>
"""
_FRAGMENT = """\
<div style="max-width:560px;margin:0 auto">
{head}
{blocks}{footer}
</div>"""
_LOGO = """\
<p style="margin:0 0 24px"><img src="{logo}" alt="!TENANT!" height="48" style="height:48px;max-width:100%;\
border:0"></p>"""
_NAME = """\
<p style="margin:0 0 24px;padding-left:12px;border-left:6px solid {accent};font-size:20px;\
font-weight:600">!TENANT!</p>"""
_FOOTER = """
<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #888888;font-size:14px">{text}</p>"""
_PARAGRAPH = '<p style="margin:0 0 16px">{text}</p>'
_LINK = """\
<p style="margin:0 0 8px"><a href="{address}" style="display:inline-block;padding:12px 24px;border-radius:6px;\
background:{accent};color:#ffffff;text-decoration:none;font-weight:600">{label}</a></p>
<p style="margin:0 0 16px;font-size:14px;word-break:break-all"><a href="{address}">{address}</a></p>"""
_LARGE_BLOCK = """\
<p style="margin:0 0 16px;padding:16px;border:1px solid #888888;border-radius:6px;text-align:center;\
font:600 28px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:2px">{text}</p>"""


@dataclass(frozen=True)
class Look:
    """How an organization's mails look: its colour, and where its logo is found; no address, no logo."""

    accent: str = ACCENT
    logo: str = ""


def page(subject: str, fragment: str, language: str, *, is_own: bool = False) -> str:
    """A whole page around what stands in it; `is_own`: HTML of an organization, which sets its own margins."""
    return (_OWN_PAGE if is_own else _PAGE).format(
        language=escape(language), subject=escape(subject), fragment=fragment
    )


def fragment(text: str, footer: str, words: Wording, look: Look) -> str:
    """The HTML of a text, in the organization's look; its items are still to be merged."""
    accent = look.accent if _COLOUR.fullmatch(look.accent) else ACCENT  # a colour and nothing else stands in a style
    return _FRAGMENT.format(
        head=_LOGO.format(logo=escape(look.logo)) if look.logo else _NAME.format(accent=accent),
        blocks="\n".join(_block(one, words, accent) for one in re.split(r"\n\s*\n", text.strip())),
        footer=_FOOTER.format(text=_flowing(footer)) if footer.strip() else "",
    )


def _block(block: str, words: Wording, accent: str) -> str:
    """One paragraph; escaped before merging, so that an item in it stays one."""
    item = ITEM.fullmatch(block.strip())
    kind = ITEMS[item[1]].kind if item and item[1] in ITEMS else "text"
    if item and kind == "link":
        return _LINK.format(accent=accent, address=item[0], label=escape(words.buttons[item[1]]))
    if item and kind == "secret":
        return _LARGE_BLOCK.format(text=item[0])
    return _PARAGRAPH.format(text=_flowing(block))


def _flowing(block: str) -> str:
    return escape(" ".join(block.split()))
