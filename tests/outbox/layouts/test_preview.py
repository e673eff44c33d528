"""The preview: as it would arrive, with nothing in it that opens anything."""

import pytest

from keyturn.outbox.layouts import cleaning, preview, samples, variables
from keyturn.outbox.layouts.core.words import Words
from keyturn.outbox.layouts.preview import Writing
from keyturn.outbox.purposes import ITEMS, PURPOSES
from tests.outbox.layouts.conftest import LINK_TEXT, LINK_WORDS

LINK = variables.of("recovery_link", "email")
SMS = variables.of("temporary_password", "sms")


def shown(words=LINK_WORDS, person=None, named=LINK, **more):
    return preview.preview(Writing(named, "en", words), person, **more)


@pytest.mark.mission("M2.6")
def test_a_real_person_stands_in_it(mara):
    assert "Hello Mara Lind\n" in shown(person=mara).text
    assert "Hello Alex Example\n" in shown().text


def test_subject_text_and_html_are_shown(in_movers):
    answer = shown()
    assert (answer.subject, answer.problems, answer.segments) == ("Movers: your link", (), None)
    assert "123456" in answer.text and "123456" in answer.html


@pytest.mark.mission("M2.6")
def test_problems_are_told_beside_what_is_shown(in_movers):
    answer = shown(Words("S", f"{LINK_TEXT}!NOBODY!"))
    assert [(one.code, one.item) for one in answer.problems] == [("unknown_item", "NOBODY")]
    assert "!NOBODY!" in answer.text


def test_a_text_message_tells_what_it_costs(in_movers):
    in_movers.sms_price = 9
    in_movers.save()
    answer = shown(Words("", "á" * 80 + "\n!PASSWORD!"), named=SMS)
    assert (answer.segments.encoding, answer.segments.messages) == ("UCS-2", 2)
    assert {one.price for one in answer.problems} == {18}


LOGOS = "<p>!LINK! !CODE!</p>" + '<img src="cid:logo">' * 11
PICTURE = f"data:image/png;base64,{'A' * 10_000}"


def test_a_page_of_logos_does_not_fill_the_memory(in_movers):
    """Each stands there as the whole picture: three thousand were half a gigabyte."""
    in_movers.logo = b"picture"
    in_movers.save()
    answer = shown(Words("S", LINK_TEXT, LOGOS), logo=PICTURE)
    assert [(one.field, one.code) for one in answer.problems] == [("html", "too_complex")] and not answer.html


def test_without_the_limit_it_would(in_movers, monkeypatch):
    in_movers.logo = b"picture"
    in_movers.save()
    monkeypatch.setattr(cleaning, "_MOST_LOGOS", 3_000)
    assert shown(Words("S", LINK_TEXT, LOGOS), logo=PICTURE).html.count(PICTURE) == 11


@pytest.mark.parametrize(
    ("words", "field", "reason"),
    [
        (Words("S", "x" * 5_000_000), "text", "too_long"),
        (Words("S\x00", "x"), "subject", "control_character"),
        (Words("S", "x", "<b>" * 10_000), "html", "too_complex"),
        (Words("\ud800", "x"), "subject", "not_unicode"),
    ],
)
def test_what_cannot_be_shown_is_a_problem_and_no_more(in_movers, words, field, reason):
    answer = shown(words)
    assert [(one.field, one.code) for one in answer.problems] == [(field, reason)]
    assert (answer.subject, answer.text, answer.html) == ("", "", "")


def test_a_person_whose_name_cannot_be_merged_is_a_problem_of_the_person(mara):
    mara.name = "a\nb"
    assert [(one.field, one.code) for one in shown(person=mara).problems] == [("person", "line_break")]


def test_the_logo_is_where_the_page_says(in_movers):
    in_movers.logo, in_movers.logo_type = b"picture", "image/png"
    in_movers.save()
    assert 'src="/console/logo.png"' in shown(logo="/console/logo.png").html
    assert 'src="/a&quot;&gt;"' in shown(logo='/a">').html


def test_the_logo_is_not_shown_where_there_is_none(in_movers):
    assert "<img" not in shown(logo="/console/logo.png").html


@pytest.mark.mission("M2.6")
@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_palette_tells_each_item_with_meaning_and_sample(in_movers, purpose):
    offered = preview.palette(purpose)
    assert {one.item.name for one in offered} == PURPOSES[purpose].allowed
    assert all(one.item.meaning and one.sample for one in offered)
    required = [one.item.name for one in offered if one.is_required]
    assert set(required) == PURPOSES[purpose].required
    assert [one.item.name for one in offered[: len(required)]] == required


def test_there_is_a_sample_of_every_item(in_movers):
    assert set(samples.values(in_movers)) == set(ITEMS)
