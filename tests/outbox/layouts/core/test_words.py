"""What an operator typed: one kind of line end, nothing invisible, no megabytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.layouts.core import words
from keyturn.outbox.layouts.core.words import Words, WordsRefused, taken


def test_line_ends_of_every_kind_become_one():
    assert taken(Words(" S ", "a\r\nb\rc\u2028d\u2029e\u0085f\n", " <p>\r\n ")) == Words(
        "S", "a\nb\nc\nd\ne\nf\n", "<p>"
    )


@pytest.mark.parametrize("field", ["subject", "text", "html"])
@pytest.mark.parametrize(
    ("sign", "reason"),
    [
        ("\x00", "control_character"),
        ("\x1b", "control_character"),
        ("\x7f", "control_character"),
        ("\u202e", "control_character"),
        ("\u2066", "control_character"),
        ("\ud800", "not_unicode"),
    ],
)
def test_invisible_signs_are_refused_at_their_field(field, sign, reason):
    with pytest.raises(WordsRefused) as refused:
        taken(Words(**{"subject": "", "text": "", field: f"a{sign}b"}))
    assert (refused.value.field, refused.value.reason) == (field, reason)


@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_too_much_is_refused_before_it_is_read(field):
    with pytest.raises(WordsRefused) as refused:
        taken(Words(**{"subject": "", "text": "", field: "\x00" * 5_000_000}))
    assert (refused.value.field, refused.value.reason) == (field, "too_long")


def test_too_many_lines_are_refused():
    with pytest.raises(WordsRefused) as refused:
        taken(Words("", "\n" * words.MOST_LINES))
    assert refused.value.reason == "too_many_lines"


@pytest.mark.parametrize("language", ["en", "es", "es-MX", "fil"])
def test_languages(language):
    assert words.language(language) == language


@pytest.mark.parametrize("language", ["", "EN", "e", "es_MX", "es-mx", "../en", "en\n", "x" * 9])
def test_what_is_no_language_is_refused(language):
    with pytest.raises(WordsRefused):
        words.language(language)


@given(st.text(), st.text(), st.text())
def test_what_was_taken_is_taken_again_unchanged(subject, text, html):
    try:
        once = taken(Words(subject, text, html))
    except WordsRefused:
        return
    assert taken(once) == once
