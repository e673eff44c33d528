"""Patterns that an organization typed: what they match, what is refused, and that none of them takes long."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import patterns

# each takes a backtracking matcher longer than the world has been there
EVIL = [r"(a+)+$", r"([a-zA-Z]+)*$", r"(a|aa)+$", r"(a|a?)+$", r"(.*a){20}$", r"^(([a-z])+.)+[A-Z]([a-z])+$"]


@pytest.mark.parametrize(
    ("pattern", "line", "fits"),
    [
        (r"M[0-9]{5}", "M12345", True),
        (r"M[0-9]{5}", "M123456", False),
        (r"m\d+|driver-\d+", "driver-9", True),
        (r"\p{L}+", "Jürgen", True),
        ("", "", True),
    ],
)
def test_the_whole_line_must_fit(pattern, line, fits):
    assert patterns.fits(pattern, line) is fits


@pytest.mark.parametrize("pattern", ["(", r"(?=x)a", r"(?<!x)a", r"(a)\1", "(x{1000}){1000}", "a" * 201, "\ud800"])
def test_what_would_need_backtracking_is_refused_when_it_is_typed(pattern):
    with pytest.raises(patterns.PatternRefused):
        patterns.check(pattern)


@pytest.mark.parametrize("pattern", EVIL)
def test_no_pattern_hangs(pattern):
    assert patterns.fits(pattern, "a" * 253 + "!") is False


def test_but_the_standard_librarys_matcher_would_hang():
    """The negative control, in a process of its own that is ended after a second."""
    script = "import re; re.fullmatch(r'(a+)+$', 'a' * 253 + '!')"
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", script], timeout=1)


@given(st.from_regex(r"[abc.?*+()|\[\]\d{}]{0,30}", fullmatch=True), st.text(max_size=254))
def test_whatever_is_typed_is_refused_or_matched(pattern, line):
    try:
        assert patterns.fits(pattern, line) in {True, False}
    except patterns.PatternRefused:
        pass


@given(st.from_regex(r"([abc]|[abc]\*|[abc]\+|[abc]\?){1,6}", fullmatch=True), st.text("abc", max_size=12))
def test_it_means_what_the_standard_librarys_means(pattern, line):
    assert patterns.fits(pattern, line) is (re.fullmatch(pattern, line) is not None)
