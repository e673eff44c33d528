"""Email PIN code: to the person or to another requestor, and with a second operator where flows ask for one."""

import re
from datetime import timedelta

import pytest

from keyturn.console.views import pins_mail
from keyturn.enrollment import pins, posting_pins
from keyturn.enrollment.models import PinMailing
from keyturn.lib import clock
from keyturn.operators.models import OperatorSession
from keyturn.operators.roles import Role
from keyturn.outbox.models import Location, MailProfile, Message
from keyturn.people.rights import holding
from keyturn.people.rights.core import Rights
from tests.console.pins.acts import at, gives, words
from tests.console.staff import operator, sign_in
from tests.portal.pages import error_at
from tests.recovery.acts import values_of

NINA = "nina@requests.example"


@pytest.fixture
def elevated(vera, now):
    """Vera may teach, too, which a PIN can pass on; mailed to others it needs two operators."""
    rights = holding.rights_of(vera)
    more = Rights(rights.permissions | {"mentor"}, rights.profiles, rights.exceptions)
    holding.give(vera, more, now, actor="owner")
    return vera


@pytest.mark.mission("M2.8")
def test_the_dialog_proposes_the_own_address_and_says_what_and_by_which_servers(otto, administrator, vera):
    gives(otto, vera)
    dialog = otto.get(at(vera, "/email"))
    assert 'value="vera@movers.example"' in dialog.content.decode()
    assert "the organization's mail settings" in words(dialog) and "Dispatcher" in words(dialog)
    port = Location.objects.create(name="Port")
    MailProfile.objects.create(name="Port relay", host="relay.example", port=25, location=port)
    administrator.default_location = port
    administrator.save()
    assert "Location Port (Port relay" in words(otto.get(at(vera, "/email")))


@pytest.mark.mission("M2.8")
def test_a_pin_is_mailed_to_another_requestor_and_both_addresses_are_kept(otto, vera):
    text = gives(otto, vera)
    answer = otto.post(at(vera, "/email"), {"to": NINA})
    assert "The mail with the PIN code is on its way." in words(otto.get(answer["Location"]))
    assert posting_pins.step()
    message = Message.objects.get(purpose="pin_code")
    assert message.elsewhere == NINA and values_of(message)["PINCODE"] == text
    row = PinMailing.objects.get()
    assert (row.to, row.own_address, row.state) == (NINA, "vera@movers.example", "sent")
    tab = words(otto.get(at(vera)))
    assert f"{NINA} another requestor" in tab and "Sent" in tab


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "nina@requests.example\nBcc: x@y.example", "x" * 60_000])
def test_what_is_no_address_is_refused_at_its_field(otto, vera, typed):
    gives(otto, vera)
    answer = otto.post(at(vera, "/email"), {"to": typed})
    assert answer.status_code in (400, 413, 422)
    assert answer.status_code != 422 or error_at(answer, "to")
    assert not PinMailing.objects.exists()


def test_who_has_no_pin_is_mailed_none(otto, vera, now):
    assert otto.get(at(vera, "/email"))["Location"] == at(vera)
    assert otto.post(at(vera, "/email"), {"to": NINA})["Location"] == at(vera)
    gives(otto, vera)
    pins.revoke(vera, now, actor="owner")
    assert otto.post(at(vera, "/email"), {"to": NINA})["Location"] == at(vera)
    assert not PinMailing.objects.exists()


@pytest.mark.mission("M2.8")
def test_what_is_above_the_plain_goes_elsewhere_by_two_operators(otto, olga, elevated):
    gives(otto, elevated, keep=["profile:dispatcher", "permission:mentor"])
    assert "waits for a second operator" in words(otto.get(at(elevated, "/email")))
    answer = otto.post(at(elevated, "/email"), {"to": NINA})
    assert "A second operator is asked" in words(otto.get(answer["Location"]))
    assert not posting_pins.step()
    own, others = otto.get("/console/approvals/"), olga.get("/console/approvals/")
    assert "Take it back" in words(own) and "Agree" not in words(own)
    assert NINA in words(others) and "otto" in words(others) and "Elevated mentor" in words(others)
    agree = re.search(r'action="(/console/approvals/pins/[^"]*/agree)"', others.content.decode())[1]
    assert "decided already" in words(otto.get(otto.post(agree)["Location"]))  # nobody agrees to their own wish
    assert "You agreed." in words(olga.get(olga.post(agree)["Location"]))
    assert posting_pins.step()
    assert PinMailing.objects.get().state == "sent"
    assert "olga" in words(otto.get(at(elevated)))


def test_a_mail_that_waits_can_be_declined_and_taken_back(otto, olga, elevated):
    gives(otto, elevated, keep=["permission:mentor"])
    for browser in (olga, otto):
        otto.post(at(elevated, "/email"), {"to": NINA})
        waiting = browser.get("/console/approvals/").content.decode()
        decline = re.search(r'action="(/console/approvals/pins/[^"]*/decline)"', waiting)[1]
        assert "It is declined." in words(browser.get(browser.post(decline)["Location"]))
    assert set(PinMailing.objects.values_list("state", flat=True)) == {"refused"}
    assert "An operator declined." in words(otto.get(at(elevated)))


def test_to_the_own_address_no_second_operator_is_needed(otto, elevated):
    gives(otto, elevated, keep=["permission:mentor"])
    otto.post(at(elevated, "/email"), {"to": "vera@movers.example"})
    assert posting_pins.step()
    assert "another requestor" not in words(otto.get(at(elevated)))


def test_the_helpdesk_neither_mails_nor_agrees(otto, hugo, elevated):
    gives(otto, elevated, keep=["permission:mentor"])
    otto.post(at(elevated, "/email"), {"to": NINA})
    row = PinMailing.objects.get()
    assert hugo.post(at(elevated, "/email"), {"to": NINA}).status_code == 403
    assert hugo.post(f"/console/approvals/pins/{row.pk}/agree").status_code == 403
    assert NINA not in words(hugo.get("/console/approvals/"))
    assert PinMailing.objects.get().state == "awaiting"


def test_one_operator_mails_so_many_and_is_told_when_to_come_back(otto, vera):
    gives(otto, vera)
    answers = [otto.post(at(vera, "/email"), {"to": f"n{n}@requests.example"}).status_code for n in range(21)]
    assert answers == [303] * 20 + [429]


def test_the_pin_of_somebody_of_the_own_rank_is_not_mailed(otto, vera, in_movers):
    gives(otto, vera)
    sign_in(operator(in_movers, "vera", Role.ADMINISTRATOR, "vera@movers.example"))
    answer = otto.post(at(vera, "/email"), {"to": NINA})
    assert answer.status_code == 422 and "your rank or above" in words(answer)


def left_alone() -> None:
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))


@pytest.mark.mission("M2.8")
def test_a_console_that_was_left_alone_mails_no_pin_and_loses_nothing_typed(otto, vera):
    gives(otto, vera)
    left_alone()
    answer = otto.post(at(vera, "/email"), {"to": NINA})
    assert answer.status_code == 409 and f'value="{NINA}"' in answer.content.decode()
    assert "Confirm that it is you" in words(answer) and not PinMailing.objects.exists()


def test_control_a_page_that_does_not_ask_would_mail_it(otto, vera, monkeypatch):
    gives(otto, vera)
    left_alone()
    monkeypatch.setattr(pins_mail, "is_confirmed", lambda _: True)
    otto.post(at(vera, "/email"), {"to": NINA})
    assert PinMailing.objects.exists()
