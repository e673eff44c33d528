"""The pages of a mailbox whose password stopped working: behind the link, and for Mara signed in."""

import re
from datetime import timedelta

import pytest

from keyturn.monitoring import links, passes, sealing
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.models import Mailbox, Mending, MendingLink
from keyturn.portal import browser, mending_page
from keyturn.tenants.models import Tenant
from tests.monitoring import boxes, mends
from tests.monitoring.conftest import mail_server  # noqa: F401 -- a fixture
from tests.monitoring.mends import NEW, OLD, fresh, link_to, prove_all
from tests.portal.pages import body, error_at

REFUSED = b"were not accepted together"


@pytest.fixture
def broken(mara, now) -> Mailbox:
    return mends.suspended(mara, now)


@pytest.fixture
def opened(visitor, broken, now):
    """Mara followed the link of the notice."""
    token = link_to(broken, now)
    assert visitor.get(f"/mailbox/{token}")["Location"] == "/mailbox"
    return visitor


def sends(visitor, old: str = OLD, new: str = NEW, path: str = "/mailbox"):
    return visitor.post(path, old_password=old, new_password=new)


def rows() -> list:
    return [list(model.objects.values()) for model in (Mailbox, Mending, MendingLink)]


@pytest.mark.mission("M1.10")
def test_the_link_leads_to_a_form_for_old_and_new(opened):
    page = opened.get("/mailbox")
    assert page.status_code == 200
    assert re.findall(rb'<input[^>]* name="(\w+_password)"', page.content) == [b"old_password", b"new_password"]
    assert b"Work mail" in page.content
    assert page["Cache-Control"] == "no-store"


@pytest.mark.mission("M1.10")
def test_looking_writes_nothing(visitor, broken, now):
    token = link_to(broken, now)
    before = rows()
    for _ in range(3):
        visitor.get(f"/mailbox/{token}")
        visitor.get("/mailbox")
    assert rows() == before


def test_the_token_leaves_the_address_bar_sealed(visitor, broken, now):
    token = link_to(broken, now)
    answer = visitor.get(f"/mailbox/{token}")
    cookie = answer.cookies[browser.MAILBOX]
    assert token not in cookie.value
    assert cookie["httponly"]
    assert cookie["max-age"] == 15 * 60


def test_the_cookie_of_a_recovery_opens_no_mailbox(visitor, broken, now):
    visitor.get(f"/r/{link_to(broken, now)}")
    visitor.client.cookies[browser.MAILBOX] = visitor.client.cookies[browser.TICKET].value
    assert b"Open the link once more" in visitor.get("/mailbox").content


@pytest.mark.parametrize("carried", ["", "x", "é", "A" * 5000])
def test_without_a_link_the_page_says_what_to_do(visitor, in_movers, carried):
    visitor.client.cookies[browser.MAILBOX] = carried
    assert b"Open the link once more" in visitor.get("/mailbox").content
    assert b"Open the link once more" in sends(visitor).content


@pytest.mark.mission("M1.11", "M1.12")
def test_mara_mends_it_and_finds_her_apps(visitor, broken, now, mail_server):  # noqa: F811 -- the fixture
    Tenant.objects.update(phone_app_url="m.movers.example", desktop_app_url="http://192.0.2.7:8080/app")
    visitor.get(f"/mailbox/{link_to(broken, now)}")
    assert sends(visitor)["Location"] == "/mailbox"
    waiting = visitor.get("/mailbox").content
    assert b'http-equiv="refresh"' in waiting
    assert b"under way" in waiting
    prove_all()
    page = visitor.get("/mailbox").content
    assert b"Your new password works" in page
    assert b'href="https://m.movers.example"' in page
    assert b'href="http://192.0.2.7:8080/app"' in page
    assert (fresh(broken).state, sealing.open(fresh(broken))) == (Mailbox.FINE, NEW)


@pytest.mark.mission("M1.11")
def test_the_steps_stand_on_the_page_as_they_are_reached(opened):
    sends(opened)
    Mending.objects.update(steps=["resolved", "connected"])
    states = re.findall(rb'<li class="is-(\w+)"', opened.get("/mailbox").content)
    assert states == [b"reached", b"reached", b"running", b"coming", b"coming"]


@pytest.mark.mission("M1.13")
def test_a_wrong_old_and_a_wrong_new_password_are_told_in_one_sentence(opened, mail_server):  # noqa: F811
    wrong_old = sends(opened, old="wrong")
    assert wrong_old.status_code == 422
    mail_server.code = Code.AUTHENTICATION_FAILED
    sends(opened, new="wrong")
    prove_all()
    notice = re.compile(rb'<div class="notice is-error" role="alert">.*?</div>')
    told = [notice.search(body(answer))[0] for answer in (wrong_old, opened.get("/mailbox"))]
    assert told[0] == told[1]
    assert REFUSED in told[0]
    assert b"an operator can let you in once" in told[0]


@pytest.mark.mission("M1.13")
def test_after_both_mistakes_the_right_pair_is_taken(opened, broken, mail_server):  # noqa: F811 -- the fixture
    sends(opened, old="wrong")
    mail_server.code = Code.AUTHENTICATION_FAILED
    sends(opened, new="wrong")
    prove_all()
    mail_server.code = Code.SIGNED_IN
    sends(opened)
    prove_all()
    assert b"Your new password works" in opened.get("/mailbox").content


def test_a_server_that_is_away_accuses_nobody(opened, mail_server):  # noqa: F811 -- the fixture
    mail_server.code = Code.TIMEOUT
    sends(opened)
    prove_all()
    page = opened.get("/mailbox").content
    assert b"could not be asked" in page
    assert REFUSED not in page


def test_no_password_is_shown_again(opened):
    for answer in (sends(opened, old="wrong old one"), sends(opened, old="wrong old one", new="")):
        assert b"wrong old one" not in answer.content
        assert NEW.encode() not in answer.content


HOSTILE = ["", "a" * 257, "a\0b", "a\r\nA1 LOGOUT", "\x7f"]


@pytest.mark.parametrize("typed", HOSTILE, ids=ascii)
def test_what_cannot_be_a_password_is_told_at_its_field_and_counts_no_try(opened, typed):
    answer = sends(opened, new=typed)
    assert answer.status_code == 422
    assert error_at(answer, "new_password")
    assert error_at(sends(opened, old=typed), "old_password")
    assert MendingLink.objects.get().attempts == 0
    assert not Mending.objects.exists()


def test_a_field_that_was_sent_twice_is_refused(opened):
    answer = opened.client.post("/mailbox", {"old_password": [OLD, OLD], "new_password": NEW})
    assert error_at(answer, "old_password")


def test_links_that_ended_and_links_that_never_were_look_alike(visitor, broken, now):
    token = link_to(broken, now)
    MendingLink.objects.update(expires_at=now - timedelta(seconds=1))
    pages = []
    for one in (token, "a" * 43, "nonsense"):
        visitor.get(f"/mailbox/{one}")
        pages += [visitor.get("/mailbox"), sends(visitor)]
    assert {page.status_code for page in pages} == {410}
    assert len({body(page) for page in pages}) == 1


def test_the_fifth_wrong_one_ends_the_link_and_says_who_can_help(opened):
    for _ in range(5):
        answer = sends(opened, old="wrong")
    assert answer.status_code == 410
    assert b"an operator can let you in once" in answer.content
    assert sends(opened).status_code == 410
    assert MendingLink.objects.get().attempts == links.TRIES


@pytest.mark.mission("M1.13")
def test_let_in_by_an_operator_mara_is_not_asked_for_the_old_one(opened, broken, now):
    passes.give(broken, now, actor="operator:otto")
    assert b'name="old_password"' not in opened.get("/mailbox").content
    assert opened.post("/mailbox", new_password=NEW)["Location"] == "/mailbox"


def test_too_many_tries_say_how_long_to_wait(visitor, broken):
    visitor.signs_in()
    path = f"/me/mailboxes/{broken.pk}"
    for _ in range(5):
        sends(visitor, old="wrong", path=path)
    answer = sends(visitor, path=path)
    assert answer.status_code == 429
    assert answer["Retry-After"]


@pytest.mark.mission("M1.5")
def test_a_suspended_mailbox_is_red_with_the_word_and_a_stop_sign(visitor, broken, mara, now):
    boxes.mailbox(mara, now, name="Old mail", username="old")
    visitor.signs_in()
    page = visitor.get("/me").content.decode()
    suspended, works = re.findall(r'<li class="mailbox is-(\w+)">(.*?)</li>', page, re.DOTALL)
    assert suspended[0] == "suspended"
    assert 'class="stop-sign"' in suspended[1]
    assert "Suspended" in suspended[1]
    assert works[0] == "fine"
    assert "stop-sign" not in works[1]


@pytest.mark.mission("M1.12")
def test_mara_mends_it_signed_in_and_the_red_is_gone(visitor, broken, mail_server):  # noqa: F811 -- the fixture
    visitor.signs_in()
    path = f"/me/mailboxes/{broken.pk}"
    assert path in visitor.get("/me").content.decode()
    assert sends(visitor, path=path)["Location"] == path
    prove_all()
    assert b"Your new password works" in visitor.get(path).content
    assert b"stop-sign" not in visitor.get("/me").content
    Mending.objects.update(created_at=Mending.objects.get().created_at - mending_page.SHOWN_FOR)
    assert b'name="old_password"' in visitor.get(path).content


def test_strangers_and_other_people_see_no_mailbox(visitor, broken):
    path = f"/me/mailboxes/{broken.pk}"
    assert visitor.get(path)["Location"].startswith("/sign-in")
    visitor.signs_in()
    Mailbox.objects.update(person=mends.somebody_else())
    assert visitor.get(path).status_code == 404
    assert visitor.post(path, old_password=OLD, new_password=NEW).status_code == 404
    assert str(broken.pk) not in visitor.get("/me").content.decode()


def test_forms_of_other_sites_are_refused(strict, broken, now):
    strict.get(f"/mailbox/{link_to(broken, now)}")
    assert sends(strict).status_code == 403
    assert MendingLink.objects.get().attempts == 0
