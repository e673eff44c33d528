"""Pages of a list: nothing twice, nothing left out, and hostile cursors begin at the beginning."""

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.audit.models import Event
from keyturn.lib.paging import keyset

ORDER = ("-at", "id")


@pytest.fixture
def events(in_movers, now):
    for place in range(11):
        Event.objects.create(action="test.made", actor="worker", at=now - timedelta(seconds=place // 2))
    return Event.objects.all()


def walk(rows, way: str, page, size: int) -> list:
    pages = [page]
    while cursor := getattr(pages[-1], way):
        pages.append(keyset(rows, ORDER, cursor=cursor, size=size))
    return pages


@pytest.mark.parametrize("size", [1, 2, 5, 10, 11, 50])
def test_walking_forwards_and_backwards_meets_every_row_once(events, size):
    forwards = walk(events, "next", keyset(events, ORDER, size=size), size)
    everything = list(events.order_by(*ORDER))
    assert [row for page in forwards for row in page.rows] == everything
    backwards = walk(events, "previous", forwards[-1], size)
    assert [row for page in reversed(backwards) for row in page.rows] == everything


def test_the_first_page_has_nothing_before_and_the_last_nothing_after(events):
    pages = walk(events, "next", keyset(events, ORDER, size=4), 4)
    assert (pages[0].previous, pages[-1].next) == ("", "")


def _cursor(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


HOSTILE = [
    "x",
    "é",
    "A" * 5000,
    _cursor(None),
    _cursor(["after", []]),
    _cursor(["after", ["x", "y"]]),
    _cursor(["after", [["x"], {}]]),
    _cursor(["aside", ["2026-01-01", "x"]]),
    _cursor(["after", ["2026-01-01T00:00:00+00:00", "\0"]]),
    _cursor(["after", [1e308, 10**30]]),
    _cursor(["after", [float("nan"), float("inf")]]),
    _cursor(["after", ["\ud800", "\ud800"]]),
    _cursor(["after", ["9999-12-31T23:59:59-23:59", "0" * 32]]),
    base64.urlsafe_b64encode(b"[" * 740).decode(),
    _cursor({"after": 1}),
]


@pytest.mark.parametrize("cursor", HOSTILE)
def test_a_cursor_that_cannot_be_read_begins_at_the_beginning(events, cursor):
    assert keyset(events, ORDER, cursor=cursor, size=3).rows == keyset(events, ORDER, size=3).rows


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_a_cursor(text):
    from keyturn.lib import paging

    read = paging._read(text, 2)
    assert read is None or len(read[1]) == 2
