"""The Account tab, approvals and readiness: what is open, ended by one press; what is missing, with the way to it."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.access.models import Session
from keyturn.directories import accounts
from keyturn.door import tenancy
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Address, Person
from keyturn.recovery import readiness, wording
from keyturn.recovery.models import Ticket
from tests.console.helpdesk.test_reset import at, follows, words
from tests.recovery import acts
from tests.recovery.test_manual_entry import tries


def test_what_is_open_is_listed_and_revoked(mara, account, desk, in_movers):
    acts.recover(in_movers)
    acts.recover(in_movers, phone=acts.MARAS_PHONE, method="temporary_password")
    page = words(desk.get(at(mara, "account")))
    assert "Link and code" in page and page.count("Temporary password") >= 2
    ticket = Ticket.objects.get()
    after = words(follows(desk, desk.post(at(mara, f"tickets/{ticket.pk}/revoke"))))
    assert "opens nothing any more" in after
    again = words(follows(desk, desk.post(at(mara, f"tickets/{ticket.pk}/revoke"))))
    assert "over already" in again


def test_end_all_ends_every_session(mara, account, desk):
    tries(acts.MARAS_PASSWORD)
    assert "Browser" in words(desk.get(at(mara, "account")))
    after = words(follows(desk, desk.post(at(mara, "sessions/end"))))
    assert "Every session is ended" in after and "Signed in nowhere" in after
    assert not Session.objects.filter(ended_at=None).exists()


@pytest.mark.mission("M0.5")
def test_a_refused_message_is_there_with_the_providers_words(mara, account, desk):
    main = Address.objects.get(person=mara, is_main=True)
    acts.recover(mara.tenant)
    Message.objects.update(state=Message.BOUNCED, last_reply="550 5.1.1 no such user", sealed=None)
    Address.objects.filter(pk=main.pk).update(bounced_at=clock.now())
    assert "550 5.1.1 no such user" in words(desk.get(at(mara, "account")))


@pytest.mark.mission("M3.8")
def test_a_warning_stays_until_the_first_mail_was_sent(mara, account, desk):
    Person.objects.update(first_mail_due=True)
    assert "has not been sent yet" in words(desk.get(at(mara, "account")))
    desk.post(at(mara), {"note": "first mail"})
    assert "has not been sent yet" not in words(desk.get(at(mara, "account")))


def test_somebody_without_a_login_breaks_nothing(in_movers, now, desk):
    nils = changes.create(NewPerson("nils", "Nils"), now)
    assert "has no login" in words(desk.get(at(nils, "account")))
    assert desk.get(at(nils)).status_code == 200
    assert desk.post(at(nils), {"note": "why"}).status_code == 422
    assert desk.post(at(nils, "sessions/end")).status_code == 404


@pytest.mark.mission("M0.21")
def test_the_readiness_tab_says_what_is_missing_and_where_it_is_mended(mara, account, desk):
    ready = unescape(words(desk.get(at(mara, "readiness"))))
    assert "Can get back in" in ready
    assert ready.count(str(wording.rule("disallowed_person"))) == 1  # of the way that asks it
    changes.set_status(mara, Person.INACTIVE, clock.now())
    changes.update(mara, clock.now(), allow_mobile_password_reset=False)
    page = desk.get(at(mara, "readiness"))
    assert "Cannot get back in" in words(page) and "The person is not active" in words(page)
    assert f'href="/console/people/{mara.pk}/mobile"' in page.content.decode()


@pytest.mark.mission("M0.21")
def test_the_organizations_count_goes_on_part_by_part(mara, account, desk, in_movers, now, monkeypatch):
    monkeypatch.setattr(readiness, "PART", 2)
    for number in range(4):
        name = f"p{number}@movers.example"
        accounts.open(changes.create(NewPerson(name, name, email=name), now), name, now)
    path, pages = "/console/readiness/", 0
    while path:
        page = desk.get(path).content.decode()
        following = re.search(r'hx-get="([^"]+)"', page)
        path, pages = following and following[1].replace("&amp;", "&"), pages + 1
    assert pages == 3 and "<strong>5</strong> of 5" in page


@pytest.mark.parametrize("query", ["after=x", "seen=-1&ready=1e9", "after=%00", "seen=" + "9" * 999, "seen=٣"])
def test_a_made_up_place_in_the_count_is_the_beginning(mara, account, desk, query):
    assert desk.get(f"/console/readiness/?{query}").status_code == 200


def test_the_account_costs_the_same_statements_however_much_is_open(mara, account, desk, in_movers):
    acts.recover(in_movers)
    acts.recover(in_movers, method="temporary_password")
    few = _statements(desk, mara)
    for _ in range(5):
        tries(acts.MARAS_PASSWORD)
    acts.recover(in_movers, phone=acts.MARAS_PHONE, method="temporary_password")
    assert _statements(desk, mara) == few <= 20


def _statements(desk, mara) -> int:
    tenancy._kept.clear()  # or half a second would decide
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(at(mara, "account")).status_code == 200
    return len(captured)
