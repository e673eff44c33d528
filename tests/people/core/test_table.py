"""Files as people really bring them: every encoding, every separator, and every way to break a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import cells
from keyturn.people.core import table
from keyturn.people.core.table import FileRefused, Row

COLUMNS = ("identifier", "name", "email")
TEXT = "identifier,name,email\nmara,Mara Lind,mara@movers.example\nnils,Nils Hölm,\n"
ROWS = [
    Row(2, {"identifier": "mara", "name": "Mara Lind", "email": "mara@movers.example"}),
    Row(3, {"identifier": "nils", "name": "Nils Hölm"}),
]


def read(raw):
    return table.read(raw.encode() if isinstance(raw, str) else raw, COLUMNS, ("identifier", "name"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read_with_its_mark_or_without(encoding):
    assert list(read(TEXT.encode(encoding)).rows()) == ROWS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_separator_and_line_end_is_read(separator, end):
    assert list(read(TEXT.replace(",", separator).replace("\n", end)).rows()) == ROWS


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ('x,"X', "broken_quotes"),
        ('x,"X"y,', "broken_quotes"),
        ("x,X,,1", "too_many_cells"),
        ("x," + "X" * 30_000, "too_long"),
        ("," * 100_000, "too_long"),
    ],
)
def test_a_broken_line_spoils_itself_alone(line, broken):
    rows = list(read(f"identifier,name,email\n{line}\nnils,Nils Hölm,\n").rows())
    assert rows == [Row(2, broken=broken), ROWS[1]]


def test_a_reader_that_lets_cells_go_on_would_lose_the_rest():
    """The control: what Python's reader makes of a forgotten quote."""
    import csv

    assert len(list(csv.reader('identifier,name\nx,"X\nnils,Nils\nmara,Mara\n'.splitlines()))) == 2


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"\n\nx", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"identifier,name\n\xff\xfe\x00,x", "not_text"),
        (b"identifier,name\nM\xe4ra,x", "not_text"),
        (b"PK\x03\x04" + bytes(range(256)) * 4, "not_text"),
        (b"identifier;name;shoe size", "unknown_column"),
        (b"identifier,name,name", "repeated_column"),
        (b"identifier,Identifier,name", "repeated_column"),
        (b"identifier,email", "missing_column"),
        (b'identifier,"name', "missing_column"),
        (b"a," * 100_000, "too_many_columns"),
        (b"," * 200 + b"a", "too_many_columns"),
        (b"identifier,name\n" + b"x,X\n" * 5_300_000, "too_large"),
    ],
    ids=range(14),
)
def test_a_file_that_is_no_table_of_people_is_refused_by_its_reason(raw, reason):
    with pytest.raises(FileRefused) as refused:
        read(raw)
    assert refused.value.reason == reason
    assert len(refused.value.about) < 200


def test_the_line_that_is_not_text_is_named():
    with pytest.raises(FileRefused) as refused:
        read(b"identifier,name\nok,OK\nM\xe4ra,x")
    assert refused.value.about == "3"


def test_what_left_as_csv_comes_back():
    left = cells.line(COLUMNS) + cells.line(["=mara", "+Mara", "@x"])
    assert next(read(left).rows()).cells == {"identifier": "=mara", "name": "+Mara", "email": "@x"}


def test_a_line_holds_nul_and_other_controls_for_those_who_refuse_them():
    row = next(read("identifier,name\nma\0ra,Li\x0bnd\n").rows())
    assert row.cells == {"identifier": "ma\0ra", "name": "Li\x0bnd"}


@given(st.binary(max_size=200))
def test_whatever_the_bytes_there_are_rows_or_a_reason(raw):
    try:
        rows = list(read(b"identifier,name,email\n" + raw).rows())
    except FileRefused:
        return
    assert all(row.broken or set(row.cells) <= set(COLUMNS) for row in rows)
