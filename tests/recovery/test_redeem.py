"""Link, code and new password together set the password, once; anything else changes nothing."""

import pytest
from django.db import connection
from django.db.models import Exists
from django.test.utils import CaptureQueriesContext

from keyturn.audit.models import Event
from keyturn.directories.models import TemporaryPassword
from keyturn.lib import clock, points
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.recovery import limits, redeem, tickets
from keyturn.recovery.core import ticket as core
from keyturn.recovery.models import Recovery, Ticket
from keyturn.recovery.redeem import Redeemed, Wait
from keyturn.tenants import prepared, scope
from tests.recovery.acts import (
    ASK_AGAIN,
    MARAS_PASSWORD,
    NEW_PASSWORD,
    NOT_ACCEPTED,
    other_than,
    recover,
    redeems,
    signs_in,
    tries,
)


@pytest.mark.mission("M4.3", "M4.6", "M4.7", "M3.1")
def test_link_and_code_set_the_password_once(sent, mara):
    assert redeems(*sent) == Redeemed(mara)
    assert signs_in(NEW_PASSWORD) and not signs_in(MARAS_PASSWORD)
    assert Recovery.objects.get().state == Recovery.COMPLETED
    assert Event.objects.get(action="recovery.completed").actor == f"person:{mara.pk}"
    assert redeems(*sent, new="another plough in the barn") == NOT_ACCEPTED
    assert signs_in(NEW_PASSWORD)


def _redeems_after_a_change_of_address(sent, mara) -> redeem.Outcome:
    """Mara's old mailbox fell to a thief, so an operator gives her another address; then the thief redeems."""
    Message.objects.update(state=Message.SENT)
    changes.set_email(mara, "mara.lind@movers.example", clock.now())
    return redeems(*sent)


def test_a_link_ends_when_its_address_is_taken_off_record(sent, mara):
    assert _redeems_after_a_change_of_address(sent, mara) == NOT_ACCEPTED
    assert tries() == 0 and signs_in(MARAS_PASSWORD)
    assert redeem.look(sent[0]) is None


def test_control_without_that_look_the_thief_gets_in(sent, mara, monkeypatch):
    monkeypatch.setattr(tickets, "_address_is_gone", lambda: Exists(Message.objects.filter(pk=None)))
    for name in ("_count_try", "_seize", "_settle"):  # translated anew, without the look
        monkeypatch.setattr(tickets, name, prepared.update(getattr(tickets, name).__wrapped__))
    assert _redeems_after_a_change_of_address(sent, mara) == Redeemed(mara)


def test_a_link_does_not_settle_when_its_address_goes_in_the_last_moment(sent, mara, monkeypatch):
    def change_address(name):
        if name == "redeem.seized":
            changes.set_email(mara, "mara.lind@movers.example", clock.now())

    monkeypatch.setattr(points, "reach", change_address)
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_another_number_or_notice_address_ends_no_link(sent, mara):
    changes.set_phones(mara, (), clock.now())
    changes.set_other_addresses(mara, ("home@mara.example",), clock.now())
    assert redeems(*sent) == Redeemed(mara)


@pytest.mark.mission("M3.6")
def test_all_addresses_hear_of_it(sent):
    redeems(*sent)
    notices = Message.objects.filter(purpose="password_changed")
    assert sorted(notices.values_list("channel", flat=True)) == ["email", "sms"]


@pytest.mark.mission("M4.3")
def test_neither_the_link_nor_the_code_is_enough(sent):
    token, code = sent
    assert redeems(token, other_than(code)) == NOT_ACCEPTED
    assert redeems(str(core.draw().token), code) == NOT_ACCEPTED
    assert redeems("", code) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_made_up_links_are_counted_by_source_and_the_owner_is_not(sent, mara):
    made_up = [redeems(str(core.draw().token), "123456") for _ in range(limits.MADE_UP_LINKS_BY_SOURCE.at_most + 1)]
    assert made_up[:-1] == [NOT_ACCEPTED] * limits.MADE_UP_LINKS_BY_SOURCE.at_most
    assert isinstance(made_up[-1], Wait)
    assert redeems(*sent) == Redeemed(mara)  # even from the same source


def test_a_wrong_link_secret_spends_no_try_of_the_owner(sent):
    token, code = sent
    forged = token[:16] + core.draw().token.verifier
    assert [redeems(forged, code) for _ in range(6)] == [NOT_ACCEPTED] * 6
    assert tries() == 0


def test_after_the_fifth_wrong_code_the_ticket_is_spent_and_the_account_untouched(sent, mara):
    token, code = sent
    wrong = other_than(code)
    assert [redeems(token, wrong) for _ in range(5)] == [NOT_ACCEPTED] * 4 + [ASK_AGAIN]
    assert redeems(token, code) == ASK_AGAIN
    assert tries() == 5 and signs_in(MARAS_PASSWORD)
    assert Event.objects.filter(action="ticket.spent", subject=f"person:{mara.pk}").count() == 1


def test_without_the_guard_a_sixth_try_would_be_judged(sent, monkeypatch):
    """The negative control of the one above."""
    token, code = sent
    unguarded = tickets.Ticket.objects.filter
    monkeypatch.setattr(tickets, "count_try", lambda ticket, now: unguarded(pk=ticket.pk).exists())
    for _ in range(5):
        redeems(token, other_than(code))
    assert isinstance(redeems(token, code), Redeemed)


def test_looking_writes_nothing(sent, mara):
    with CaptureQueriesContext(connection) as captured:
        view = redeem.look(sent[0])
    assert view.person == mara
    assert not [query for query in captured.captured_queries if not query["sql"].lstrip().startswith("SELECT")]


@pytest.mark.parametrize("made_up", ["", "a" * 43, "a" * 16, None])
def test_looking_at_a_made_up_link_finds_nothing(sent, made_up):
    assert redeem.look(made_up) is None


@pytest.mark.parametrize("purpose", ["address_check", "mailbox_update", "staff_reset", "pin_signup"])
def test_a_link_of_another_purpose_opens_nothing_here(sent, purpose):
    token, code = sent
    other = core.verifier_hash(core.read_token(token), scope.current_id(), purpose)
    Ticket.objects.update(purpose=purpose, verifier_hash=other)
    assert redeems(token, code) == NOT_ACCEPTED
    Ticket.objects.update(purpose=core.RESET)  # even with the column forged: the purpose is inside the hash
    assert redeems(token, code) == NOT_ACCEPTED


def test_a_link_of_another_tenant_opens_nothing_here(sent, labs):
    with scope.inside(labs.id):
        assert redeems(*sent) == NOT_ACCEPTED


def test_temporary_passwords_end_with_the_change(sent, mara, in_movers):
    recover(in_movers, method="temporary_password")
    assert redeems(*sent) == Redeemed(mara)
    assert TemporaryPassword.objects.get().state == TemporaryPassword.CANCELLED


def test_a_thief_with_the_whole_database_can_test_no_code(sent):
    token, code = sent
    row = Ticket.objects.values().get()
    known = [str(value) for value in row.values()]
    guesses = [f"{number:06}" for number in range(500)] + [code]
    for secret in [*known, row["verifier_hash"][:27]]:
        held = core.Token(row["selector"], secret)
        assert not any(core.code_fits(held, guess, row["code_tag"]) for guess in guesses)
    assert core.code_fits(core.read_token(token), code, row["code_tag"])  # the control: with the link it can


def test_neither_secret_is_in_any_table(sent):
    token, code = sent
    told = "".join(str(list(model.objects.values())) for model in (Ticket, Recovery, Event, Message))
    assert token[16:] not in told and f"'{code}'" not in told
