"""PINs as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.enrollment.core import pin
from keyturn.lib import crockford

WRITTEN = "7K3M-0QZP1-ABCDE"


@pytest.mark.mission("M2.7")
@pytest.mark.parametrize(
    "typed",
    [
        WRITTEN,
        "7k3m0qzp1abcde",
        "  7K3M 0QZP1 ABCDE ",
        "7K3M-OQZPI-ABCDE",
        "7k3m\u2013oqzpl\u2014abcde",
        "\uff17\uff2b\uff13\uff2d\uff0d\uff10\uff31\uff3a\uff30\uff11\uff0d\uff41\uff42\uff43\uff44\uff45",
        "7K3M\u22120QZP1\u00a0ABCDE",
        "7 K 3 M 0 Q Z P 1 A B C D E",
        "7K3M\t0QZP1\nABCDE",
    ],
)
def test_any_spelling_is_read(typed):
    assert pin.read(typed).written == WRITTEN


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "7K3M-0QZP1-ABCD",
        "7K3M-0QZP1-ABCDEF",
        "7K3M-0QZP1-ABCDU",
        "7K3M-0QZP1-ABCD\0",
        "7K3M-0QZP1-ABCD\ud800",
        "7K3M-0QZP1-ABCD\u0131",
        "7K3M_0QZP1_ABCDE",
        "\ufdfa" * 14,
        "7" * 10**6,
        "-" * 10**6,
        None,
        b"7K3M0QZP1ABCDE",
        ["7K3M-0QZP1-ABCDE"],
        73_000_000_000_000,
        {"pin": WRITTEN},
    ],
)
def test_anything_else_is_none(typed):
    assert pin.read(typed) is None


@given(st.text(max_size=80))
def test_no_text_breaks_it_and_what_is_read_reads_as_itself(typed):
    read = pin.read(typed)
    assert read is None or pin.read(read.written) == read


@given(st.text(alphabet=crockford.SIGNS + "iIlLoO-\u2010 ", min_size=10, max_size=30))
def test_what_was_read_is_fourteen_of_the_signs(typed):
    read = pin.read(typed)
    assert read is None or (
        len(read.selector + read.secret) == 14 and set(read.selector + read.secret) <= set(crockford.SIGNS)
    )


def test_fourteen_signs_are_drawn_and_every_sign_occurs():
    drawn = [pin.draw() for _ in range(400)]
    assert all(pin.read(one.written) == one for one in drawn)
    assert set("".join(one.selector + one.secret for one in drawn)) == set(crockford.SIGNS)
    assert len({one.secret for one in drawn}) == 400


def test_the_secret_does_not_show_itself():
    one = pin.draw()
    assert one.secret not in repr(one) and one.secret not in str(one)
