"""Stored words on their way out: which are chosen, and that no value does anything but stand in its place."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox import drafting, merge
from keyturn.outbox.layouts import cleaning, drafted, samples, variables
from keyturn.outbox.layouts.core.words import Words, WordsRefused
from keyturn.outbox.layouts.models import LayoutVersion
from keyturn.outbox.mail_page import Look
from keyturn.outbox.merge import MergeRefused
from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter, post
from keyturn.outbox.transports import writing
from keyturn.outbox.transports.server import Server
from keyturn.people.models import Person
from tests.outbox.acts import deliver_all, row
from tests.outbox.conftest import LINK
from tests.outbox.layouts.conftest import LINK_TEXT, OTTO
from tests.outbox.layouts.structure import structure, words

SERVER = Server("real", "mail.movers.example", 587, "starttls")
LOOK = Look(logo="cid:logo@movers")
OWN = Words(
    "!TENANT!: a link for !PERSON_NAME!",
    LINK_TEXT,
    '<style>p.x { color: red }</style><p class="x" title="!PERSON_NAME!">Hello !PERSON_NAME! of !TENANT!</p>'
    '<p><a href="!LINK!">open</a></p><b>!CODE!</b><img src="cid:logo" alt="!TENANT!">',
)
PLAIN = Words(OWN.subject, OWN.text)
RECOVERY = variables.of("recovery_link", "email")
VALUES = {
    "LINK": LINK, "CODE": "048213", "PERSON_NAME": "Mara Lind", "TENANT": "Movers", "ENVIRONMENT": "The Yard",
    "SUPPORT": "Call dispatch", "SIGN_IN_LINK": "https://movers.example/sign-in", "EXPIRES_MINUTES": "60",
    "WHEN": "2026-11-22 04:00 UTC",
}  # fmt: skip
ATTACKS = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "</p></body></html>", "<!--",
    "!CODE!", "!LINK!", "!PERSON_NAME!!CODE!", "{{ 7*7 }}", "{% load x %}", "${x}", "{0.__class__}", "%(LINK)s",
    "\\1\\g<0>", "&lt;script&gt;", "&#60;b&#62;", "]]>", 'href="!LINK!"', "cid:logo", "=?utf-8?q?x?=", "javascript:x",
    "a@evil.example", "https://evil.example", "x" * 5_000, "移动", "é" * 100, "\u200f\u202emara",
]  # fmt: skip
one_line = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\u0085"), max_size=80
) | st.sampled_from([one for one in ATTACKS if "=?" not in one])
PEOPLE = st.fixed_dictionaries(dict.fromkeys(("PERSON_NAME", "TENANT", "ENVIRONMENT", "SUPPORT", "WHEN"), one_line))


def filled(own=OWN, **values):
    return drafted.compiled(own, RECOVERY, "en", LOOK).filled({**VALUES, **values})


def written(rendered, to="mara@movers.example"):
    """The mail as bytes, and as somebody's mail program reads it."""
    outgoing = writing.Outgoing(
        to=to, subject=rendered.subject, text=rendered.text, html=rendered.html,
        header_id="<0123@movers.example>", written_at=samples.datetime(2026, 1, 1, tzinfo=samples.UTC),
        sender_name="Movers", sender_host="movers.example",
        pictures=(drafting.Picture("logo@movers", "image/png", b"\x89PNG"),) if "cid:logo@" in rendered.html else (),
    )  # fmt: skip
    mail = writing.write(outgoing, SERVER)
    return mail, message_from_bytes(mail.content, policy=default)


HEADERS = written(filled())[1].keys()


def test_our_words_are_filled():
    rendered = filled()
    assert rendered.subject == "Movers: a link for Mara Lind"
    assert rendered.text.splitlines() == ["Hello Mara Lind", "", LINK, "", "048213"]
    assert words(rendered.html).endswith("Hello Mara Lind of Movers open 048213")
    assert (
        f'<a href="{LINK}">open</a>' in rendered.html and '<img src="cid:logo@movers" alt="Movers">' in rendered.html
    )
    assert '<p title="Mara Lind" style="color: red">' in rendered.html


def test_without_html_of_their_own_they_look_like_ours():
    html = filled(Words(OWN.subject, "Hello !PERSON_NAME!\n\n!LINK!\n\n!CODE!\n\n-- \nBye, !TENANT!")).html
    assert html.count(f'href="{LINK}"') == 2 and ">048213</p>" in html
    assert words(html).endswith("048213 Bye, Movers")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("own", [OWN, PLAIN], ids=["own html", "html of the text"])
def test_a_value_is_only_ever_words(own, attack):
    rendered = filled(own, PERSON_NAME=attack, TENANT=attack, SUPPORT=attack)
    assert structure(rendered.html) == structure(filled(own).html)
    if "=?" not in attack:
        _mail, message = written(rendered)
        assert message.keys() == HEADERS


@pytest.mark.mission("M2.6")
@given(PEOPLE, st.from_regex(r"\A[0-9]{6}\Z"))
def test_no_merge_input_changes_a_header_a_recipient_a_second_item_or_the_structure(people, code):
    """Issue 4's law, of both kinds of HTML, read by a mail program."""
    for own in (OWN, PLAIN):
        rendered = filled(own, CODE=code, **people)
        mail, message = written(rendered)
        assert message.keys() == HEADERS
        assert mail.recipient == "mara@movers.example"
        assert [one.addr_spec for one in message["To"].addresses] == ["mara@movers.example"]
        assert [one.addr_spec for one in message["From"].addresses] == ["no-reply@movers.example"]
        text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
        assert structure(html) == structure(filled(own).html)
        lines = text.splitlines()
        assert lines.count(LINK) == 1 and len(lines) == len(filled(own).text.splitlines())
        assert lines[4] == code


PIECES = [
    "<p>", "</p>", "<b title='!PERSON_NAME!'>", "</b>", "<a href='!LINK!'>", "</a>", "<td>", "<table>", "<style>",
    "</style>", "<!--", "-->", "!PERSON_NAME!", "!TENANT!", "!CODE!", "<a href='https://movers.example/!TENANT!'>",
    'href="!LINK!"', "<img src='cid:logo' alt=\"!TENANT!", '">', "'", "<", ">", "p{color:!TENANT!}", "<p style='",
    "&lt;", "&#33;TENANT!", " text ",
]  # fmt: skip
MARKS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(MARKS, PEOPLE)
def test_whatever_an_operator_wrote_no_value_changes_its_structure(html, people):
    own = Words("S", LINK_TEXT, cleaning.clean(html).html)
    assert structure(filled(own, **people).html) == structure(filled(own).html)


@given(one_line)
def test_an_item_in_a_value_is_not_merged(value):
    rendered = filled(PERSON_NAME=f"!CODE!{value}!LINK!", CODE="048213")
    assert rendered.text.splitlines()[0].startswith("Hello !CODE!")
    assert rendered.text.count("048213") == 1 + value.count("048213")


def test_without_escaping_the_law_would_fail(monkeypatch):
    """The negative control."""
    monkeypatch.setattr(merge, "escape", lambda value: value)
    assert structure(filled(PERSON_NAME="<b>x").html) != structure(filled().html)
    assert structure(filled(PERSON_NAME='" class="x').html) != structure(filled().html)


def test_merging_twice_would_be_seen(monkeypatch):
    """The negative control of the single pass."""
    once = merge.Skeleton.filled
    monkeypatch.setattr(
        merge.Skeleton, "filled", lambda self, values: once(merge.cut(once(self, values), values), values)
    )
    assert filled(PERSON_NAME="!CODE!").text.count("048213") == 2


@pytest.mark.parametrize("sign", ["\n", "\r", "\x00", "\u2028", "\u0085", "\ud800"])
@pytest.mark.parametrize("name", ["PERSON_NAME", "TENANT", "CODE", "LINK"])
def test_a_value_of_two_lines_ends_the_message(name, sign):
    with pytest.raises(MergeRefused):
        filled(**{name: f"https://a{sign}b"})


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "", "x"])
def test_only_a_web_address_stands_in_an_address(address):
    with pytest.raises(MergeRefused) as refused:
        filled(LINK=address)
    assert refused.value.reason == "not_a_link"


def test_a_name_that_reads_as_an_encoded_word_does_not_stop_the_mail():
    """Whoever took a login over could otherwise keep the notices of it from leaving, by a name (RFC 2047)."""
    _mail, read = written(filled(PERSON_NAME="=?utf-8?q?x=0D=0ABcc:?="))
    assert read["Subject"] == "Movers: a link for = ?utf-8?q?x=0D=0ABcc:?=" and read.keys() == HEADERS


def test_with_the_word_in_it_the_mail_would_stop():
    with pytest.raises(writing.NotAMessage):
        written(replace(filled(), subject="=?utf-8?q?x?="))


def test_an_unknown_item_that_was_meant_stays_as_it_is():
    own = Words("Act !NOW!", f"{LINK_TEXT}\nDo it !NOW!", "<p>!NOW! !CODE! <a href='!LINK!'>x</a></p>")
    rendered = filled(own)
    assert rendered.subject == "Act !NOW!" and "Do it !NOW!" in rendered.text and "!NOW! 048213" in rendered.html


def test_a_message_that_grows_beyond_bounds_is_refused():
    own = Words("S", f"{LINK_TEXT}{'!PERSON_NAME! ' * 40}")
    with pytest.raises(MergeRefused):
        filled(own, PERSON_NAME="x" * 5_000)


def test_whatever_is_saved_can_be_sent_to_everybody():
    """The longest words, with the longest name that there can be, of signs that are longest in HTML."""
    longest = '"' * Person._meta.get_field("name").max_length
    items = "!PERSON_NAME! " * (drafted.MOST_GAPS - 3)
    html = f"!CODE!{items}{'x' * (cleaning.LONGEST_SENT - len(items) - 6)}"
    own = Words("S", f"!LINK!\n!CODE!\n{'x' * 19_900}", html)
    assert filled(own, PERSON_NAME=longest).text
    with pytest.raises(WordsRefused):
        filled(replace(own, text=f"{own.text} !TENANT!"))


def test_styles_that_grow_when_they_are_moved_are_refused():
    sides = [f"{box}-{side}: 1px" for box in ("margin", "padding") for side in ("top", "right", "bottom", "left")]
    own = replace(OWN, html=f"<style>p {{ {'; '.join(sides)} }}</style>{'<p>x</p>' * 1_400}!LINK! !CODE!")
    with pytest.raises(WordsRefused) as refused:
        filled(own)
    assert refused.value.reason == "too_complex"


def test_what_is_kept_between_messages_holds_no_value(in_movers, used, mara, now):
    used(OWN)
    secret = "739518"
    letter = drafting.draft(_posted(mara, now, CODE=secret))
    assert secret in letter.text
    chosen = drafted.chosen("recovery_link", "email", ("en", "en"))
    kept = drafted.stored(chosen, drafting.look_of(in_movers))
    assert drafted._stored.cache_info().hits and secret not in repr(kept) and LINK not in repr(kept)


def _posted(mara, now, language="", **values):
    address = mara.addresses.first() or _address(mara)
    letter = Letter("recovery_link", address, {"LINK": LINK, "CODE": "048213", **values}, now + timedelta(hours=1))
    message = post(letter, person=mara, now=now, language=language)
    return Message.objects.select_related("tenant", "address", "person").get(pk=message.pk)


def _address(mara):
    raw = "mara@movers.example"
    return mara.addresses.create(kind="email", raw=raw, key=raw, lowered=raw, is_main=True)


@pytest.mark.mission("M2.5")
def test_the_variable_decides_which_words_go_out(mara, email, used, now):
    assert drafting.draft(_posted(mara, now)).subject == "Reset your password for Movers"
    used()
    assert drafting.draft(_posted(mara, now)).subject == "Movers: your link"
    variables.point("PASSWORD_EMAIL_CHANGE", "", now, actor=OTTO)
    assert drafting.draft(_posted(mara, now)).subject == "Reset your password for Movers"


@pytest.mark.mission("M2.5")
def test_a_message_that_waited_goes_out_in_the_newest_words(mara, email, used, server, now):
    """From the next message on: what counts is what the variable holds when it is handed over."""
    message = _posted(mara, now)
    used()
    deliver_all()
    assert row(message).state == Message.SENT
    (mail,) = server.accepted()
    assert message_from_bytes(mail["content"], policy=default)["Subject"] == "Movers: your link"


@pytest.mark.parametrize(
    ("person", "tenant", "written_in", "expected"),
    [
        ("es-MX", "en", {"es-MX", "es", "en"}, "es-MX"),
        ("es-MX", "en", {"es", "en"}, "es"),
        ("es", "en", {"en", "fr"}, "en"),
        ("fr", "es", {"es", "en"}, "es"),
        ("fr", "es-MX", {"es", "en"}, "es"),
        ("fr", "es", {"en"}, "en"),
        ("fr", "es", {"de"}, None),
        ("en", "es", {"es"}, "es"),
    ],
)
def test_the_language_is_the_nearest_that_there_is(used, person, tenant, written_in, expected):
    for language in sorted(written_in):
        used(language=language)
    found = drafted.chosen("recovery_link", "email", (person, tenant))
    assert (found.language if found else None) == expected


def test_what_two_operators_save_one_after_the_other_goes_out_at_once(mara, email, used, write, layout, now):
    used()
    drafting.draft(_posted(mara, now))
    write(layout, Words("Newer", LINK_TEXT), version=1)
    assert drafting.draft(_posted(mara, now)).subject == "Newer"


def test_words_that_can_no_longer_be_taken_give_way_to_the_built_in(mara, email, used, monkeypatch, now):
    used(OWN)
    monkeypatch.setattr(cleaning, "_MOST_TAGS", 1)
    drafted._stored.cache_clear()
    assert drafting.draft(_posted(mara, now)).subject == "Reset your password for Movers"


def test_words_that_are_removed_at_this_moment_give_way_to_the_built_in(mara, email, used, monkeypatch, now):
    used(OWN)
    gone = replace(drafted.chosen("recovery_link", "email", ("en", "en")), version=99)
    monkeypatch.setattr(drafted, "chosen", lambda *_asked: gone)
    assert drafting.draft(_posted(mara, now)).subject == "Reset your password for Movers"
    with pytest.raises(LayoutVersion.DoesNotExist):  # which would have ended the message
        drafted.stored(gone, LOOK)


def test_another_organizations_words_are_not_ours(mara, email, used, labs, now):
    from keyturn.tenants import scope

    used()
    with scope.inside(labs.id):
        assert drafted.chosen("recovery_link", "email", ("en", "en")) is None


@pytest.mark.parametrize("own", [None, OWN, PLAIN], ids=["built in", "own html", "html of the text"])
def test_the_logo_travels_inside_the_mail(mara, email, in_movers, used, server, now, own):
    in_movers.logo, in_movers.logo_type = b"\x89PNG\r\n\x1a\n picture", "image/png"
    in_movers.save()
    if own:
        used(own)
    _posted(mara, now)
    deliver_all()
    (mail,) = server.accepted()
    message = message_from_bytes(mail["content"], policy=default)
    assert message.get_content_type() == "multipart/alternative"
    text, related = message.iter_parts()
    assert (text.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    html, picture = related.iter_parts()
    assert picture.get_content() == in_movers.logo and picture.get_content_disposition() == "inline"
    assert f'src="cid:{picture["Content-ID"][1:-1]}"' in html.get_content()
    assert html.get_content().count("src=") == 1


@pytest.mark.parametrize("own", [None, OWN, PLAIN], ids=["built in", "own html", "html of the text"])
def test_without_a_logo_no_picture_is_shown(mara, email, used, now, own):
    if own:
        used(own)
    letter = drafting.draft(_posted(mara, now))
    assert "<img" not in letter.html and letter.pictures == ()


def test_every_try_is_the_same_bytes_with_a_picture_too(mara, email, in_movers, used, now):
    in_movers.logo, in_movers.logo_type = b"picture", "image/png"
    in_movers.save()
    used(OWN)
    message = _posted(mara, now)
    assert len({writing.write(drafting.draft(message), SERVER).content for _ in range(3)}) == 1


def test_a_text_message_in_our_words_is_not_cut(in_movers, mara, phone, write, now):
    from keyturn.outbox.layouts import saving

    layout = saving.create("Our text", "TEMPORARY_PASSWORD_SMS", now, actor=OTTO)
    write(layout, Words("", "!TENANT! " + "sends you a password. " * 8 + "\n!PASSWORD!"))
    variables.point("TEMPORARY_PASSWORD_SMS", "Our text", now, actor=OTTO)
    values = {"PASSWORD": "Wx7mRt4pKq"}
    message = post(Letter("temporary_password", phone, values, now + timedelta(minutes=10)), person=mara, now=now)
    letter = drafting.draft(Message.objects.select_related("tenant", "address", "person").get(pk=message.pk))
    assert (
        len(letter.text) > 160
        and letter.text.splitlines()[-1] == "Wx7mRt4pKq"
        and letter.subject == letter.html == ""
    )
