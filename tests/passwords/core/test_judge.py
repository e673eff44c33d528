"""The judgement: what is refused and why, what would help, and what can never make a password look better."""

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyturn.lib import guesses
from keyturn.passwords.core import own_data
from keyturn.passwords.core.judge import FAILURES, HINTS, Context, Judgement, Level, judge
from keyturn.passwords.core.presets import requirements

STANDARD = Context(requirements("standard"), about=("mara", "Mara Lind"), words=("Movers",))
CLASSIC = Context(requirements("classic"))
STRICT = Context(requirements("strict"))


@pytest.mark.mission("M4.5")
@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", Level.POOR),
        ("aaaaaaaaaaaaaaaaaaaa", Level.POOR),
        ("abcdefghijklmnop", Level.POOR),
        ("qwertyuiop[]", Level.POOR),
        ("monkeymonkeymonkey", Level.POOR),
        ("aB3$aB3$aB3$", Level.POOR),
        ("Tr0ub4dour&3", Level.WEAK),
        ("1987-04-12 1990", Level.WEAK),
        ("Winter-Morning-42", Level.ACCEPTABLE),
        ("kP9x-vv3Lq!z", Level.ACCEPTABLE),
        ("kP9x-vv3Lq!zT7", Level.GOOD),
        ("quiet lamp over the harbour", Level.EXCELLENT),
        ("ñandú köttbullar 東京", Level.EXCELLENT),
    ],
)
def test_the_five_levels(text, level):
    judgement = judge(text, STANDARD)
    assert judgement.level is level
    assert judgement.acceptable == (level >= Level.ACCEPTABLE)


@pytest.mark.mission("M4.5")
@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tiger", "longer"),
        ("abababababab", "add_variety"),
        ("password1234abcd", "avoid_common"),
        ("movers-and-friends", "avoid_own_data"),
        ("hgfedcba-window", "avoid_sequence"),
        ("windowwwwwwwwwww", "avoid_repeats"),
        ("qwertyuiop[]", "avoid_keyboard"),
        ("1987-04-12 1990", "avoid_dates"),
    ],
)
def test_it_says_what_would_help(text, hint):
    assert hint in judge(text, STANDARD).hints


@pytest.mark.mission("M3.5")
@pytest.mark.parametrize(
    ("context", "text", "failures"),
    [
        (STANDARD, "x" * 257, ("too_long",)),
        (STANDARD, "kP9x-vv3Lq!", ("too_short",)),
        (STANDARD, "kP9x-vv3Lq!z", ()),
        (STRICT, "kP9x-vv3Lq!zT7", ("too_short",)),
        (STRICT, "kP9x-vv3Lq!zT7f", ()),
        (CLASSIC, "kp9x-vv3lq!z", ("needs_capital",)),
        (CLASSIC, "kPtx-vvrLq!z", ("needs_number",)),
        (CLASSIC, "kP9xTvv3LqYz", ("needs_special",)),
        (CLASSIC, "kptxtvvrlqyz", ("needs_capital", "needs_number", "needs_special")),
        (CLASSIC, "kP9x-vv3Lq!z", ()),
        (Context(requirements("standard", 8)), "kP9x-vv3", ("too_weak",)),
        (Context(requirements("standard", 8)), "kP9x-vv3L", ()),
    ],
)
def test_requirements_are_told_by_name(context, text, failures):
    assert judge(text, context).failures == failures


@pytest.mark.mission("M4.5")
@pytest.mark.parametrize(
    "text",
    [
        "mara went over the bridge",
        "under the bridge with MARA",
        "m4ra went over the bridge",
        "máŕa went over the bridge",
        "m.a.r.a went over the bridge",
        "xxmaraxx went over the bridge",
        "the tall LIND and the bridge",
    ],
)
def test_the_persons_own_data_is_refused(text):
    assert "own_data" in judge(text, STANDARD).failures
    stranger = Context(STANDARD.requirements)
    assert judge(text, stranger).acceptable  # the control: for anybody else it is a good one


def test_a_name_of_three_letters_is_refused_as_a_word_but_not_within_one():
    ann = Context(requirements("standard"), about=("ann",))
    assert "own_data" in judge("ann over the harbour bridge", ann).failures
    assert judge("planning over the harbour bridge", ann).acceptable


def test_tenant_words_count_for_nothing_but_are_no_crime():
    assert not judge("movers-movers-77", STANDARD).acceptable
    assert judge("movers carry lamps over harbours", STANDARD).acceptable


@pytest.mark.mission("M4.5")
@pytest.mark.parametrize("known", ["common", "leaked"])
def test_what_stands_on_a_list_is_poor_however_long(known):
    judgement = judge("quiet lamp over the harbour", Context(requirements("standard"), **{known: True}))
    assert (judgement.level, judgement.failures) == (Level.POOR, (known,))


def test_a_megabyte_is_refused_before_it_is_looked_at(monkeypatch):
    monkeypatch.setattr(guesses, "count", lambda *given: pytest.fail("looked at"))
    assert judge("x" * 2**20, STANDARD).failures == ("too_long",)


def test_the_library_sees_so_many_characters_and_no_more(monkeypatch):
    seen = []
    original = guesses.zxcvbn
    monkeypatch.setattr(guesses, "zxcvbn", lambda text, words: seen.append(len(text)) or original(text, words))
    assert judge("".join(random.Random(5).choices(string.ascii_letters, k=256)), STANDARD).acceptable
    assert set(seen) == {guesses.MOST_CHARACTERS}


RANDOM = st.builds(
    lambda seed, size: "".join(random.Random(seed).choices(string.ascii_letters + string.digits + "!-_.", k=size)),
    st.integers(0, 2**32),
    st.integers(8, 40),
)
ANYTHING = st.text(st.characters(), max_size=60)
WORDS = st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=4).map(tuple)


@given(ANYTHING, WORDS)
@settings(max_examples=150, deadline=None)
def test_any_text_gets_a_judgement_in_bounds(text, about):
    judgement = judge(text, Context(requirements("classic"), about=about))
    assert 0 <= judgement.score <= 100
    assert judgement.level is Level.of(judgement.score)
    assert set(judgement.failures) <= set(FAILURES) and set(judgement.hints) <= set(HINTS)
    assert judgement.acceptable == (judgement.level >= Level.ACCEPTABLE and not judgement.failures)


@given(st.one_of(ANYTHING, RANDOM), WORDS)
@settings(max_examples=150, deadline=None)
def test_own_data_never_raises_the_score(text, about):
    plain = judge(text, Context(requirements("standard")))
    assert judge(text, Context(requirements("standard"), about=about)).score <= plain.score


@given(RANDOM, st.sampled_from(("Mara", "mara.lind", "lind")), st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_whatever_holds_the_persons_name_is_refused(text, name, place):
    holding = text[:place] + name + text[place:]
    assert not judge(holding, Context(requirements("standard"), about=(name,))).acceptable


@given(RANDOM, st.sampled_from(string.ascii_letters + string.digits))
@settings(max_examples=150, deadline=None)
def test_one_more_character_never_lowers_the_level_of_a_random_password(text, more):
    assert judge(text + more, STRICT).level >= judge(text, STRICT).level


def test_own_data_is_cut_out_wherever_it_stands():
    assert own_data.without("Mara-lamp-M4R4", own_data.parts(("mara",))) == "-lamp-"
    assert own_data.without("quiet lamp", own_data.parts(("mara",))) == "quiet lamp"
    assert own_data.parts(("Mara Lind", "x")) == ("maralind", "mara", "lind")


def test_a_judgement_does_not_hold_the_password():
    assert "harbour" not in repr(judge("quiet lamp over the harbour", STANDARD))
    assert isinstance(judge("x", STANDARD), Judgement)
