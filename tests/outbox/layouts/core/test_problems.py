"""Problems of a layout: what refuses, what must be meant, what is worth knowing."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.layouts.core import problems
from keyturn.outbox.layouts.core.problems import Asked, Problem, Weight, find, refusing
from keyturn.outbox.layouts.core.words import Words

MAIL = Asked(
    channel="email",
    required=frozenset({"PINCODE"}),
    allowed=frozenset({"PINCODE", "TENANT", "SIGN_UP_LINK"}),
    secrets=frozenset({"PINCODE"}),
    own_hosts=frozenset({"movers.example"}),
)
SMS = Asked(
    channel="sms",
    required=frozenset({"PASSWORD"}),
    allowed=frozenset({"PASSWORD", "TENANT"}),
    price=7,
    samples={"PASSWORD": "Wx7mRt4pKq", "TENANT": "Movers"},
)
GOOD = Words("Your PIN", "Hello\n\n!PINCODE!\n")
CONFIRM, HINT = Weight.CONFIRM, Weight.HINT


@pytest.mark.mission("M2.6")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (GOOD, []),
        (replace(GOOD, subject="!TENANT!: your PIN"), []),
        (replace(GOOD, subject=""), [Problem("empty", "subject")]),
        (replace(GOOD, subject="two\nlines"), [Problem("line_break", "subject")]),
        (replace(GOOD, subject="!PINCODE!"), [Problem("secret_in_subject", "subject", "PINCODE")]),
        (replace(GOOD, text=" \n"), [Problem("empty", "text")]),
        (replace(GOOD, text="Hello"), [Problem("missing_item", "text", "PINCODE")]),
        (replace(GOOD, text="!pincode!"), [Problem("missing_item", "text", "PINCODE")]),
        (replace(GOOD, text="PIN: !PINCODE!"), [Problem("item_not_alone", "text", "PINCODE")]),
        (replace(GOOD, html="<p>Hello</p>"), [Problem("missing_item", "html", "PINCODE")]),
        (replace(GOOD, html='<p title="!PINCODE!">Hello</p>'), [Problem("missing_item", "html", "PINCODE")]),
        (replace(GOOD, html='<img src="cid:logo" alt="!PINCODE!">'), [Problem("missing_item", "html", "PINCODE")]),
        (replace(GOOD, html='<p title="!PINCODE!">!PINCODE!</p>'), []),
        (replace(GOOD, html="<p>!PINCODE!</p>"), []),
        (replace(GOOD, subject="!NOBODY!"), [Problem("unknown_item", "subject", "NOBODY", CONFIRM)]),
        (replace(GOOD, text="!NOW!\n!PINCODE!"), [Problem("unknown_item", "text", "NOW", CONFIRM)]),
        (replace(GOOD, html="!NOW! !PINCODE!"), [Problem("unknown_item", "html", "NOW", CONFIRM)]),
        (
            replace(GOOD, text="!PINCODE!\nhttps://evil.example/x"),
            [Problem("foreign_link", "text", "evil.example", CONFIRM)],
        ),
        (replace(GOOD, text="!PINCODE!\nhttps://movers.example:8000/x and HTTP://MOVERS.example"), []),
        (
            replace(GOOD, html='!PINCODE!<a href="https://movers.example@evil.example/">x</a>'),
            [Problem("foreign_link", "html", "evil.example", CONFIRM)],
        ),
        (replace(GOOD, html='!PINCODE!<a href="mailto:a@b.example">x</a><a href="!SIGN_UP_LINK!">y</a>'), []),
        (
            replace(GOOD, text="!PINCODE!\nhttps://evil.example/?p=!PINCODE!"),
            [Problem("item_in_address", "text", "PINCODE")],
        ),
        (
            replace(GOOD, html='!PINCODE!<a href="https://movers.example/?p=!TENANT!">x</a>'),
            [Problem("item_in_address", "html", "TENANT")],
        ),
    ],
)
def test_problems_of_a_mail(words, expected):
    assert list(find(words, MAIL)) == expected


@pytest.mark.parametrize(
    "written",
    [
        "www.evil.example/?!PINCODE!",
        "evil.example/!PINCODE!",
        "https://evil.example/'!PINCODE!",
        "mailto:mallory@evil.example?body=!PINCODE!",
        "!PINCODE!.evil.example",
        "!PINCODE!@evil.example",
    ],
)
def test_a_secret_is_no_part_of_what_mail_programs_make_a_link_of(written):
    refused = [one for one in find(replace(GOOD, text=f"!PINCODE!\n{written}"), MAIL) if one.weight == Weight.REFUSE]
    assert refused == [Problem("item_in_address", "text", "PINCODE")]
    refused = [one for one in find(replace(GOOD, html=f"!PINCODE!<p>{written}"), MAIL) if one.weight == Weight.REFUSE]
    assert refused == [Problem("item_in_address", "html", "PINCODE")]


@pytest.mark.parametrize("written", ["Code:!PINCODE!.", "(!PINCODE!)", "1.!PINCODE!", "!TENANT!@movers.example"])
def test_beside_other_signs_it_may_stand(written):
    assert not find(replace(GOOD, text=f"!PINCODE!\n{written}"), MAIL)


LOOK_ALIKES = [
    "https://evil.example\\@movers.example/",
    "https://evil.example\\.movers.example/",
    "https:///evil.example/",
    "https://\tevil.example/",
    "https://evil.example\t@movers.example/",
    "https://movers.example@evil.example/",
    "https://[movers.example/",
]


@pytest.mark.parametrize("address", LOOK_ALIKES)
def test_a_link_that_only_looks_like_ours_must_be_meant(address):
    """A browser goes to the first host of these, and so would a person (WHATWG URL, 4.4)."""
    words = replace(GOOD, html=f'!PINCODE!<a href="{address}">x</a>')
    assert [(one.code, one.weight) for one in find(words, MAIL)] == [("foreign_link", CONFIRM)]


def test_by_the_library_alone_it_would_pass():
    assert {urlsplit(one).hostname for one in LOOK_ALIKES[:1]} == {"movers.example"} == MAIL.own_hosts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!TENANT!\n!PASSWORD!", []),
        ("a" * 149 + "\n!PASSWORD!", []),
        ("a" * 150 + "\n!PASSWORD!", [Problem("more_messages", "text", "2", HINT, 14)]),
        ("á\n!PASSWORD!", [Problem("foreign_character", "text", "á", HINT, 7)]),
        (
            "á" * 60 + "\n!PASSWORD!",
            [Problem("more_messages", "text", "2", HINT, 14), Problem("foreign_character", "text", "á", HINT, 14)],
        ),
        ("a" * 2000 + "\n!PASSWORD!", [Problem("too_long", "text", "14")]),
        ("Sign in", [Problem("missing_item", "text", "PASSWORD")]),
        ("", [Problem("empty", "text")]),
    ],
)
def test_problems_of_a_text_message(text, expected):
    assert list(find(Words("", text), SMS)) == expected


def test_the_organizations_name_counts_in_a_text_message():
    named = replace(SMS, samples={**SMS.samples, "TENANT": "Mudanzas Átlas"})
    assert [one.code for one in find(Words("", "!TENANT!\n!PASSWORD!"), named)] == ["foreign_character"]


def test_what_the_cleaning_left_out_must_be_meant():
    found = find(replace(GOOD, html="!PINCODE!"), replace(MAIL, removed=frozenset({"script"})))
    assert found == (Problem("removed", "html", "script", CONFIRM),)


def test_the_gravest_come_first():
    found = find(Words("!NOBODY!", "á"), replace(SMS, channel="sms"))
    assert [one.weight for one in found] == sorted((one.weight for one in found), key=list(Weight).index)


def test_what_must_be_meant_stands_in_the_way_until_it_is():
    found = find(replace(GOOD, text="!NOW!\n!PINCODE!"), MAIL)
    assert refusing(found, confirmed=False) == found
    assert refusing(found, confirmed=True) == ()


def test_what_is_refused_is_refused_however_firmly_it_is_meant():
    found = find(replace(GOOD, text="Hello"), MAIL)
    assert refusing(found, confirmed=True) == found


@pytest.mark.parametrize("address", ["https://[", "http://[::1", "https://x:99999/", "https://\u2100.example/"])
def test_a_link_that_cannot_be_read_is_foreign(address):
    found = find(replace(GOOD, html=f'!PINCODE!<a href="{address}">x</a>'), MAIL)
    assert [one.code for one in found] == ["foreign_link"]


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
def test_any_words_can_be_judged(subject, text, html):
    for asked in (MAIL, SMS):
        assert isinstance(find(Words(subject, text, html), asked), tuple)


@given(st.text(max_size=80), st.text(max_size=80))
def test_without_its_pin_no_text_is_saved(before, after):
    """A text without the required item on a line of its own is refused, whatever stands around."""
    text = f"{before}{after}".replace("!PINCODE!", "")
    assert refusing(find(replace(GOOD, text=text), MAIL), confirmed=True)


def test_without_the_check_the_test_above_would_fail(monkeypatch):
    """The negative control."""
    monkeypatch.setattr(problems, "_of_text", lambda words, asked: iter(()))
    assert not refusing(find(replace(GOOD, text="no item"), MAIL), confirmed=True)
