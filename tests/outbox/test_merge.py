"""Merging: one pass, one line per value, and nothing that a value holds is ever an instruction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox import merge
from keyturn.outbox.merge import Layout, MergeRefused
from keyturn.outbox.purposes import PURPOSES
from keyturn.outbox.wording import WORDINGS, wording

one_line = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\u0085"))


def test_items_are_filled():
    assert merge.merge("Hello !NAME!, !X! !NAME!", {"NAME": "Mara", "X": "1"}) == "Hello Mara, 1 Mara"


@pytest.mark.parametrize("text", ["!!", "!a!", "!A", "100!", "!A B!", "! A!"])
def test_other_exclamation_marks_stay(text):
    assert merge.merge(text, {"A": "x"}) == text


@given(one_line)
def test_a_value_that_looks_like_an_item_is_not_merged_again(value):
    values = {"NAME": f"!SECRET!{value}", "SECRET": "048213"}
    assert merge.merge("<!NAME!>", values) == f"<!SECRET!{value}>"


@pytest.mark.parametrize(
    "attack",
    [
        "{{ 7*7 }}",
        "{% load x %}",
        "${7*7}",
        "#{7*7}",
        "{0.__class__}",
        "%(LINK)s",
        "<%= 7*7 %>",
        "!{LINK}",
        "\\1\\g<0>",
    ],
)
def test_template_languages_are_text(attack):
    assert merge.merge("!NAME!", {"NAME": attack}) == attack
    assert merge.merge(attack, {}) == attack


@pytest.mark.parametrize("sign", ["\n", "\r", "\x00", "\x1b", "\x7f", "\u2028", "\u2029", "\u0085", "\ud800"])
def test_a_value_of_two_lines_is_refused(sign):
    with pytest.raises(MergeRefused):
        merge.merge("!NAME!", {"NAME": f"a{sign}b"})


def test_an_item_without_a_value_is_refused():
    with pytest.raises(MergeRefused) as refused:
        merge.merge("!NAME!", {})
    assert (refused.value.reason, refused.value.item) == ("no_value", "NAME")


@pytest.mark.parametrize(
    ("layout", "reason"),
    [
        (Layout("Subject", "!LINK! and !CODE!"), "missing_item"),
        (Layout("Subject", "!LINK!\n"), "missing_item"),
        (Layout("Subject", "!LINK!\n!CODE!\n!PASSWORD!"), "unknown_item"),
        (Layout("!NOBODY!", "!LINK!\n!CODE!"), "unknown_item"),
        (Layout("Subject\nBcc: x", "!LINK!\n!CODE!"), "line_break"),
    ],
)
def test_a_layout_that_lacks_or_borrows_too_much_is_refused(layout, reason):
    purpose = PURPOSES["recovery_link"]
    with pytest.raises(MergeRefused) as refused:
        merge.check(layout, required=purpose.required, allowed=purpose.allowed)
    assert refused.value.reason == reason


@pytest.mark.parametrize("language", WORDINGS)
@pytest.mark.parametrize(("name", "channel"), [(p.name, c) for p in PURPOSES.values() for c in sorted(p.channels)])
def test_every_purpose_has_sound_words_in_every_language(language, name, channel):
    layout, purpose = WORDINGS[language].layouts[name, channel], PURPOSES[name]
    merge.check(layout, required=purpose.required, allowed=purpose.allowed)
    assert bool(layout.subject) is (channel == "email")


@pytest.mark.parametrize(
    ("asked", "given"), [("es", "es"), ("es-MX", "es"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
)
def test_an_unknown_language_is_english(asked, given):
    assert wording(asked).language == given
