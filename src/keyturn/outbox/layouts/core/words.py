"""What an operator writes: subject, text and HTML of one layout in one language, and how much of each is taken."""

import re
import unicodedata
from dataclasses import dataclass

SUBJECT, TEXT, HTML = "subject", "text", "html"
LONGEST = {SUBJECT: 200, TEXT: 20_000, HTML: 64_000}  # signs; a form of all three passes the door
MOST_LINES = 2_000
FOOTER_BEGINS = "\n-- \n"  # the line that mail programs know as the beginning of a signature
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\u0085]")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # make text read as it is not written


class WordsRefused(ValueError):
    """Words cannot be taken at all. `field`, and `reason`: too_long, too_many_lines, too_many_items, too_complex,
    control_character, not_unicode, not_a_language."""

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class Words:
    """The words of a message before anything is merged. Empty HTML means: made from the text."""

    subject: str
    text: str
    html: str = ""


def taken(raw: Words) -> Words:
    """The words with one kind of line end and no sign that nobody sees; raises WordsRefused."""
    return Words(_taken(raw.subject.strip(), SUBJECT), _taken(raw.text, TEXT), _taken(raw.html, HTML).strip())


def language(raw: str) -> str:
    """A language such as `es` or `es-MX`; raises WordsRefused."""
    if not _LANGUAGE.fullmatch(raw):
        raise WordsRefused("not_a_language", "language")
    return raw


def _taken(raw: str, field: str) -> str:
    if len(raw) > LONGEST[field]:
        raise WordsRefused("too_long", field)
    text = _LINE_ENDS.sub("\n", raw)
    if text.count("\n") >= MOST_LINES:
        raise WordsRefused("too_many_lines", field)
    is_line = field == SUBJECT
    if not text.isprintable():  # nearly never for a subject, always for two lines
        _refuse_invisible(text, field, "" if is_line else "\n\t")
    return unicodedata.normalize("NFC", text)


def _refuse_invisible(text: str, field: str, allowed: str) -> None:
    for char in text:
        category = unicodedata.category(char)
        if category == "Cs":
            raise WordsRefused("not_unicode", field)
        if (category == "Cc" and char not in allowed) or char in _TURNING:
            raise WordsRefused("control_character", field)
