"""What is wrong with the words of a layout: found while somebody types, and once more before they are saved.

    refuse    cannot be saved: what the purpose needs is missing, or stands where it must not
    confirm   saved only when somebody said that it is meant
    hint      worth knowing
The HTML that is looked at here was cleaned before (layouts/cleaning); what had to go is told in `Asked.removed`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape
from urllib.parse import urlsplit

from keyturn.outbox.layouts.core.items import ITEM, items_in
from keyturn.outbox.layouts.core.segments import GSM_7, measure
from keyturn.outbox.layouts.core.words import HTML, SUBJECT, TEXT, Words

MOST_MESSAGES = 6  # of one text message
EMAIL, SMS = "email", "sms"  # the words of outbox.channels
_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_WEB = re.compile(r"https?:", re.IGNORECASE)
_HOST_IN_FRONT = re.compile(r"https?://[^\s\\/?#]+(?:[/?#]|\Z)", re.IGNORECASE)  # as every reader finds it
_BETWEEN_RUNS = re.compile(r'[\s<>"]+')
_LINKED = re.compile(r"://|@\w|\w\.[^\W\d_]{2,}")  # mail programs make a link of a run of signs with one of these
_ASIDE = re.compile(r'\b(?:alt|title)="[^"]*"')  # nobody reads there: a picture may not be shown, or not sent at all
_HREF = re.compile(r'href="([^"]*)"')


class Weight(StrEnum):
    """What a problem means for saving."""

    REFUSE = "refuse"
    CONFIRM = "confirm"
    HINT = "hint"


@dataclass(frozen=True)
class Problem:
    """One thing to mend or to know. `code`:

    empty, line_break, missing_item, item_not_alone, item_in_address, secret_in_subject, too_long (refuse);
    unknown_item, foreign_link, removed (confirm); more_messages, foreign_character (hint).
    `item` is the item, host, element or sign that it is about; `price`, in hundredths, what one then costs.
    """

    code: str
    field: str
    item: str = ""
    weight: Weight = Weight.REFUSE
    price: int = 0


@dataclass(frozen=True)
class Asked:
    """What the words are judged by. `samples` are values to measure a text message with; `price` is that of one part.

    `secrets` are the items that must not be read over a shoulder: none of them may stand in a subject.
    """

    channel: str
    required: frozenset[str]
    allowed: frozenset[str]
    secrets: frozenset[str] = frozenset()
    own_hosts: frozenset[str] = frozenset()
    price: int = 0
    samples: Mapping[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()


def find(words: Words, asked: Asked) -> tuple[Problem, ...]:
    """Every problem, the gravest first."""
    by_channel = _of_sms(words, asked) if asked.channel == SMS else _of_email(words, asked)
    found = [*_of_text(words, asked), *by_channel, *_of_links(words, asked), *_of_unknown(words, asked)]
    found += [Problem("removed", HTML, name, Weight.CONFIRM) for name in sorted(asked.removed)]
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: list(Weight).index(problem.weight)))


def refusing(problems: tuple[Problem, ...], *, confirmed: bool) -> tuple[Problem, ...]:
    """Those that stand in the way of saving."""
    return tuple(
        one for one in problems if one.weight == Weight.REFUSE or (one.weight == Weight.CONFIRM and not confirmed)
    )


def _of_text(words: Words, asked: Asked) -> Iterator[Problem]:
    if not words.text.strip():
        yield Problem("empty", TEXT)
        return
    lines = {line.strip() for line in words.text.splitlines()}
    for name in sorted(asked.required):
        if f"!{name}!" not in lines:
            yield Problem("item_not_alone" if f"!{name}!" in words.text else "missing_item", TEXT, name)


def _of_email(words: Words, asked: Asked) -> Iterator[Problem]:
    if not words.subject.strip():
        yield Problem("empty", SUBJECT)
    if "\n" in words.subject:
        yield Problem("line_break", SUBJECT)
    for name in sorted(items_in(words.subject) & asked.secrets):
        yield Problem("secret_in_subject", SUBJECT, name)
    if words.html:
        for name in sorted(asked.required - items_in(_ASIDE.sub("", words.html))):
            yield Problem("missing_item", HTML, name)


def _of_sms(words: Words, asked: Asked) -> Iterator[Problem]:
    said = ITEM.sub(lambda item: asked.samples.get(item[1], item[0]), words.text).strip()
    size = measure(said)
    price = size.messages * asked.price
    if size.messages > MOST_MESSAGES:
        yield Problem("too_long", TEXT, str(size.messages))
    elif size.messages > 1:
        yield Problem("more_messages", TEXT, str(size.messages), Weight.HINT, price)
    if size.encoding != GSM_7:
        yield Problem("foreign_character", TEXT, size.first_foreign_character, Weight.HINT, price)


def _of_links(words: Words, asked: Asked) -> Iterator[Problem]:
    addresses = [(TEXT, one) for one in _ADDRESS.findall(words.text)]
    addresses += [(HTML, unescape(one)) for one in _HREF.findall(words.html)]
    for where, address in addresses:
        if items_in(address) and not ITEM.fullmatch(address):
            yield Problem("item_in_address", where, sorted(items_in(address))[0])
        elif (host := _host(address)) and host not in asked.own_hosts:
            yield Problem("foreign_link", where, host, Weight.CONFIRM)
    for where, written in ((TEXT, words.text), (HTML, words.html)):
        for run in _BETWEEN_RUNS.split(written):
            if (carried := items_in(run) & asked.secrets) and _LINKED.search(ITEM.sub("0", run)):
                yield Problem("item_in_address", where, min(carried))


def _of_unknown(words: Words, asked: Asked) -> Iterator[Problem]:
    for where, text in ((SUBJECT, words.subject), (TEXT, words.text), (HTML, words.html)):
        for name in sorted(items_in(text) - asked.allowed):
            yield Problem("unknown_item", where, name, Weight.CONFIRM)


def _host(address: str) -> str:
    """The host that a link leads to; empty for a mail address, a number or an item.

    The whole address where readers may disagree on it: browsers take a backslash for a slash and leave out tabs.
    """
    if not _WEB.match(address):
        return ""
    try:
        host = urlsplit(address).hostname if _HOST_IN_FRONT.match(address) else None
    except ValueError:
        host = None
    return host or address[:60]
