"""What arrives: the text, the HTML made from it, and text messages that fit into one."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox import mail_page, merge, render
from keyturn.outbox.purposes import PURPOSES
from keyturn.outbox.wording import WORDINGS
from tests.outbox.conftest import LINK

GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
VALUES = {
    "LINK": LINK,
    "CODE": "048213",
    "PASSWORD": "Wx7mRt4pKq",
    "MAILBOX_LINK": "https://movers.example/mailbox/" + "A" * 43,
    "MAILBOX": "Work mail",
    "MAIL_SERVERS": "mail.movers.example, post.movers.example",
    "MAILBOXES_LINK": "https://movers.example/console/mailboxes/",
    "OPERATORS": "otto, olga",
    "PINCODE": "ABCD-EFGHJ-KMNPQ",
    "SIGN_UP_LINK": "https://movers.example/sign-up",
    "OWNER": "Vera Holt",
    "USERNAME": "newcomer@movers.example",
    "PERSON_NAME": "Mara Lind",
    "TENANT": "Movers",
    "ENVIRONMENT": "Movers Europe",
    "SUPPORT": "Call dispatch, 415 555 0100",
    "SIGN_IN_LINK": "https://movers.example/sign-in",
    "EXPIRES_MINUTES": "60",
    "WHEN": "2026-11-21 12:00 UTC",
}
MAILS = [(p.name, language) for p in PURPOSES.values() if "email" in p.channels for language in WORDINGS]
TEXTS = [(p.name, language) for p in PURPOSES.values() if "sms" in p.channels for language in WORDINGS]
one_line = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\u0085"), max_size=60
)


def mail(name="recovery_link", language="en", **changes):
    words = WORDINGS[language]
    return render.mail(words.layouts[name, "email"], {**VALUES, **changes}, words)


def sms(name, language="en", **changes):
    return render.sms(WORDINGS[language].layouts[name, "sms"], {**VALUES, **changes})


class Structure(HTMLParser):
    """The elements and attributes of a page, without its words."""

    def __init__(self, html):
        super().__init__()
        self.seen = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, sorted(name for name, _ in attributes)))


@pytest.mark.parametrize(("name", "language"), MAILS)
def test_every_secret_stands_alone_on_its_line(name, language):
    lines = mail(name, language).text.splitlines()
    for item in PURPOSES[name].required:
        assert VALUES[item] in lines


@pytest.mark.parametrize(("name", "language"), MAILS)
def test_every_mail_names_the_organization_and_where_to_turn(name, language):
    rendered = mail(name, language)
    assert "Movers" in rendered.subject
    for part in (rendered.text, rendered.html):
        assert "Movers" in part and "415 555 0100" in part


@pytest.mark.mission("M3.6")
@pytest.mark.parametrize("language", WORDINGS)
def test_password_changed_says_when_and_whom_to_tell_and_no_password(language):
    text = mail("password_changed", language).text
    assert VALUES["WHEN"] in text and VALUES["SUPPORT"] in text
    assert VALUES["PASSWORD"] not in text


def test_the_link_is_a_button_and_a_bare_address():
    html = mail().html
    assert html.count(f'href="{LINK}"') == 2
    assert f">{LINK}</a>" in html


def test_nothing_is_loaded_from_elsewhere():
    for name, language in MAILS:
        assert not re.search(r"<(img|link|style|script|iframe)|src=|url\(", mail(name, language).html)


@given(st.fixed_dictionaries({name: one_line for name in ("PERSON_NAME", "TENANT", "SUPPORT")}))
def test_no_value_changes_what_the_html_is_made_of(values):
    assert Structure(mail(**values).html).seen == Structure(mail().html).seen


@given(one_line)
def test_no_name_changes_the_lines_of_the_text(name):
    assert len(mail(PERSON_NAME=name).text.split("\n")) == len(mail().text.split("\n"))


def test_without_escaping_the_test_above_would_fail(monkeypatch):
    """The negative control."""
    monkeypatch.setattr(merge, "escape", str)
    assert Structure(mail(PERSON_NAME="<a href=x>").html).seen != Structure(mail().html).seen


@pytest.mark.parametrize(
    "name", ["http://evil.example", "www.evil.example", "<a href=//evil.example>", "evil.example/x", "x@evil.example"]
)
def test_a_persons_name_makes_no_live_link(name):
    """Mail programs turn what looks like an address into a link."""
    rendered = mail(PERSON_NAME=name)
    for part in (rendered.text, rendered.html):
        assert "evil.example" not in part and "//evil" not in part


@pytest.mark.parametrize(("name", "language"), TEXTS)
def test_a_text_message_fits_into_one(name, language):
    text = sms(name, language, EXPIRES_MINUTES="10").text
    assert len(text) <= 160
    assert set(text) <= GSM_7


@pytest.mark.mission("M0.3")
@pytest.mark.parametrize("language", WORDINGS)
def test_a_long_organizations_name_is_cut_before_the_password(language):
    text = sms("temporary_password", language, TENANT="A very long name of an organization " * 3).text
    assert len(text) <= 160
    assert text.splitlines()[-1] == VALUES["PASSWORD"]


def test_the_organizations_colour_stands_in_it_and_nothing_but_a_colour():
    words = WORDINGS["en"]
    layout = words.layouts["recovery_link", "email"]
    assert "background:#7a1f5c" in render.mail(layout, VALUES, words, mail_page.Look("#7a1f5c")).html
    hostile = render.mail(layout, VALUES, words, mail_page.Look('#7a1f5c"><script>')).html
    assert "script" not in hostile and f"background:{mail_page.ACCENT}" in hostile
