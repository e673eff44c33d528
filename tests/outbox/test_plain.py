"""Plain emails: the very bytes of the library, or none at all."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from keyturn.outbox.transports import plain, writing
from keyturn.outbox.transports.base import Outgoing, Picture

BOUNDARY = "=0123456789abcdef="
LETTER = Outgoing(
    to="mara.lind+work@movers.example",
    subject="Reset your password for Movers",
    text="Hello Mara\n\nhttp://127.0.0.1:8000/r/abc\n\n123456\n-- \nMovers\n",
    html="<p>Hello</p>\n<p>123456</p>\n",
    header_id="<0123456789abcdef@movers.example>",
    written_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
    sender_name="Movers",
    sender_host="movers.example",
    secrets=("123456",),
)


def ours(letter: Outgoing, name: str = "Movers") -> bytes | None:
    return plain.content(letter, name, "no-reply@movers.example", BOUNDARY)


def theirs(letter: Outgoing, name: str = "Movers") -> bytes:
    return writing._composed(letter, writing.address_of("no-reply@movers.example", name), utf8=False)


LOGO = Picture("logo.0123@keyturn", "image/png", bytes(range(200)))


@pytest.mark.parametrize("pictures", [(LOGO,), (LOGO, replace(LOGO, content_id="b@keyturn", content=b"x"))])
def test_a_letter_with_pictures_is_written_as_the_library_writes_it(pictures):
    assert ours(replace(LETTER, pictures=pictures)) == theirs(replace(LETTER, pictures=pictures))


def test_a_plain_letter_is_written_as_the_library_writes_it():
    assert ours(LETTER) == theirs(LETTER)


@pytest.mark.parametrize(
    "other",
    [
        {"to": "mará@movers.example"},
        {"to": '"mara lind"@movers.example'},
        {"to": "mara@movers.example\r\nBcc: mallory@labs.example"},
        {"subject": "Contraseña"},
        {"subject": "two\nlines"},
        {"subject": "=?utf-8?q?x?="},
        {"subject": "long " * 20},
        {"text": "Señora\n"},
        {"text": "a bare\r\n"},
        {"text": "x" * 991 + "\n"},
        {"text": "no end"},
        {"html": ""},
        {"pictures": (Picture('"x@keyturn', "image/png", b"x"),)},
        {"pictures": (Picture("x@keyturn", "image/png\r\nBcc: x", b"x"),)},
    ],
)
def test_what_is_not_plain_is_left_to_the_library(other):
    assert ours(replace(LETTER, **other)) is None


@pytest.mark.parametrize("name", ["", "Movers, Inc.", "Müller", '"', "a  b"])
def test_a_name_that_needs_more_than_words_is_left_to_the_library(name):
    assert ours(LETTER, name) is None


LINES = some.lists(some.text(some.characters(min_codepoint=32, max_codepoint=126), max_size=80), min_size=1)
BODIES = LINES.map(lambda lines: "\n".join(lines) + "\n")


@given(
    text=BODIES,
    html=BODIES,
    subject=some.from_regex(plain._SUBJECT, fullmatch=True),
    to=some.from_regex(plain._ADDRESS, fullmatch=True),
    name=some.from_regex(plain._WORDS, fullmatch=True),
    pictures=some.lists(some.binary().map(lambda content: replace(LOGO, content=content)), max_size=2).map(tuple),
)
def test_whatever_is_written_here_the_library_would_write_too(text, html, subject, to, name, pictures):
    letter = replace(LETTER, text=text, html=html, subject=subject, to=to, pictures=pictures)
    written = ours(letter, name)
    assert written is None or written == theirs(letter, name)
