"""The password of a mailbox is changed at a real mail server, and all ends well: the watch finds it, Mara hears of it
and mends it on a page, and the software that fetches her mail goes on with the new one."""

import base64
import imaplib
import ssl
from collections.abc import Iterator

import pytest
from nacl.public import PrivateKey
from playwright.sync_api import Page, expect

from tests import cluster, dovecot
from tests.chromium import opened
from tests.journeys import quay
from tests.journeys.quay import CHANGED, FIRST, HOME, MARA, PHONE, Story
from tests.journeys.world import QUAY
from tests.patience import wait_for


@pytest.fixture
def server(authority) -> Iterator[dovecot.Server]:
    """Debian's Dovecot, with a message for Mara."""
    with dovecot.serving(authority.good(), {MARA: FIRST}) as running:
        trusting = ssl.create_default_context(cafile=str(authority.bundle))
        with imaplib.IMAP4_SSL("127.0.0.1", running.imaps, ssl_context=trusting) as box:
            box.login(MARA, FIRST)
            box.append("INBOX", None, None, b"Subject: Sofa at noon\r\n\r\nHello")
        yield running


@pytest.fixture
def otto(chromium, keyturn) -> Iterator[Page]:
    """An operator of Quay, at a desk."""
    with opened(chromium, keyturn.url("", QUAY), 1280, 900) as context:
        yield context.new_page()


@pytest.fixture
def mara(chromium, keyturn) -> Iterator[Page]:
    """Mara, on a phone that has never been here."""
    with opened(chromium, keyturn.url("", QUAY), 360, 740) as context:
        yield context.new_page()


@pytest.mark.mission("M1.1", "M1.2", "M1.3", "M1.5", "M1.9", "M1.10", "M1.11", "M1.12", "M1.13", "M1.15")
def test_from_a_password_changed_elsewhere_to_a_message_fetched_with_it(otto, mara, keyturn, server):
    story, private, port = Story(keyturn, server), PrivateKey.generate(), cluster.free_port()
    story.begin(base64.b64encode(bytes(private.public_key)).decode())
    fetching = {"KEYTURN_PRIVATE_KEY": base64.b64encode(bytes(private)).decode()}
    fetching |= {"KEYTURN_API_KEY": quay.makes_a_key(otto)}
    fetching |= {"KEYTURN_WEBHOOK_SECRET": quay.sets_up_the_webhook(otto, port)}
    with quay.software(story, port, **fetching) as printed:
        assert story.check() == ("fine", 0)
        server.set_password(MARA, CHANGED)
        assert [story.check(), story.check(), story.check()] == [("refused", 1), ("refused", 2), ("suspended", 3)]
        expect(quay.looks_at_the_console(otto)).to_contain_text("Suspended")
        letter, text = quay.receives(story, HOME), quay.receives(story, PHONE)
        assert "no longer works" in letter.subject and letter.link == text.link
        expect(quay.looks_at_her_own_page(mara)).to_contain_text("Suspended")
        _mends(mara, story, letter.link)

        expect(quay.looks_at_the_console(otto)).not_to_contain_text("Suspended")
        expect(quay.looks_at_her_own_page(mara)).not_to_contain_text("Suspended")
        wait_for(lambda: "Sofa at noon" in printed.read_text(), "the newest message, fetched with the new password")
        assert story.check() == ("fine", 0)
    keyturn.settle()
    assert len(keyturn.letters_to(HOME)) == len(keyturn.letters_to(PHONE)) == 1
    assert keyturn.letters_to(MARA) == []


def _mends(mara: Page, story: Story, link: str) -> None:
    """Wrong old, wrong new, both right. A wrong old one is not tried at the mail server."""
    mara.context.clear_cookies()
    mara.goto(link)
    before = story.sign_ins()
    quay.gives(mara, "not the old one", CHANGED)
    wrong_old = quay.is_refused(mara)
    assert story.sign_ins() == before
    quay.gives(mara, FIRST, "not the new one")
    expect(mara.get_by_role("heading", name="Testing your new password")).to_be_visible()
    assert quay.is_refused(mara) == wrong_old
    assert story.sign_ins() == before + 1
    quay.gives(mara, FIRST, CHANGED)
    expect(mara.get_by_role("heading", name="Your new password works")).to_be_visible()
    for app, address in (("phone", "https://phone.quay.example"), ("desktop", "https://192.0.2.20:8443/desk")):
        expect(mara.get_by_role("link", name=f"Open the {app} app")).to_have_attribute("href", address)
