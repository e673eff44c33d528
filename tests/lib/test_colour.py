"""Colours that words can be read in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import colour

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_wcags():
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colour.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("raw", ["", "red", "#fff", "#0d5c5", "#0d5c555", "url(x)", "#0d5c5g", "#0d5c55;}"])
def test_what_is_no_colour(raw):
    with pytest.raises(colour.ColourRefused, match="not_a_colour"):
        colour.parse(raw)


@given(COLOURS)
def test_a_colour_that_is_taken_can_be_read_on_both_surfaces(one):
    try:
        taken = colour.parse(one.upper())
    except colour.ColourRefused as problem:
        assert problem.reason == "too_light" and colour.contrast(one, colour.ON_LIGHT) < colour.READABLE
        return
    assert colour.contrast(taken, colour.ON_LIGHT) >= colour.READABLE
    dark = colour.lightened_until_readable(taken)
    assert colour.contrast(dark, colour.ON_DARK) >= colour.READABLE
