"""A message that never arrives: what it carried is dead, the original works, the others hear of it."""

import pytest

from keyturn.audit.models import Event
from keyturn.directories import accounts
from keyturn.directories.base import Verdict
from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.models import TemporaryPassword
from keyturn.lib import clock
from keyturn.outbox import queries
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.models import Address
from keyturn.recovery import follow_up
from keyturn.recovery.models import Recovery, Ticket
from keyturn.tenants import scope
from tests.directories.acts import try_use
from tests.recovery import acts
from tests.recovery.acts import MARAS_EMAIL, MARAS_PASSWORD, MARAS_PHONE, recover, values_of

TEMPORARY = "temporary_password"
THE_WORDS = "550 5.1.1 no such user"


def dies(message: Message, state: str = Message.FAILED) -> None:
    """The provider's last word."""
    ended = {"state": state, "ended_at": clock.now(), "last_reply": THE_WORDS, "sealed": None, "due_at": None}
    Message.objects.filter(pk=message.pk).update(**ended)


def follows_up() -> int:
    """As the worker does it, outside of any tenant."""
    count = 0
    with _outside():
        while follow_up.step():
            count += 1
    return count


def _outside():
    return scope.inside(None)  # what a worker's thread begins with


def message_by(channel: str) -> Message:
    return Message.objects.get(purpose=TEMPORARY, channel=channel)


def notices() -> list[tuple[str, str]]:
    told = Message.objects.filter(purpose="temporary_password_undelivered")
    return sorted(told.values_list("channel", "address__raw"))


def test_nothing_to_follow_up(db):
    assert follow_up.step() is False


@pytest.mark.mission("M0.4", "M0.5")
@pytest.mark.parametrize("state", [Message.FAILED, Message.BOUNCED, Message.EXPIRED])
def test_the_temporary_password_dies_and_the_original_lives(mara, account, in_movers, state):
    changes.set_other_addresses(mara, ["mara@home.example"], clock.now())
    recovery = recover(in_movers, method=TEMPORARY)
    text = values_of(message_by("email"))["PASSWORD"]
    dies(message_by("email"), state)
    assert follows_up() == 1
    assert TemporaryPassword.objects.get().state == TemporaryPassword.DEAD
    assert try_use(account, text, clock.now()) is None
    assert Builtin().verify(accounts.of(mara), MARAS_PASSWORD) is Verdict.ACCEPTED
    recovery.refresh_from_db()
    assert (recovery.state, recovery.reason, recovery.words) == (Recovery.FAILED, f"message_{state}", THE_WORDS)
    assert notices() == [("email", "mara@home.example"), ("sms", MARAS_PHONE)]
    assert Event.objects.get(action=f"message.{state}").subject == f"person:{mara.pk}"


def test_the_other_channels_password_goes_on_working(mara, account, in_movers):
    recovery = recover(in_movers, phone=MARAS_PHONE, method=TEMPORARY)
    text = values_of(message_by("sms"))["PASSWORD"]
    dies(message_by("email"))
    follows_up()
    recovery.refresh_from_db()
    assert recovery.state == Recovery.OPEN
    assert try_use(account, text, clock.now())


def test_a_ticket_whose_message_failed_is_revoked(mara, in_movers):
    recovery = recover(in_movers)
    token, code = acts.link_and_code()
    dies(Message.objects.get())
    follows_up()
    assert Ticket.objects.get().state == Ticket.REVOKED
    assert acts.redeems(token, code) == acts.redeem.Refused(acts.redeem.Answer.NOT_ACCEPTED)
    recovery.refresh_from_db()
    assert (recovery.state, recovery.words) == (Recovery.FAILED, THE_WORDS)


def test_a_late_bounce_undoes_nothing(mara, in_movers):
    """The person was quicker: what was redeemed stays redeemed."""
    recovery = recover(in_movers)
    acts.redeems(*acts.link_and_code())
    dies(Message.objects.get(purpose="recovery_link"), Message.BOUNCED)
    follows_up()
    recovery.refresh_from_db()
    assert recovery.state == Recovery.COMPLETED
    assert Ticket.objects.get().state == Ticket.REDEEMED


def test_a_bounced_address_is_not_written_to_again(mara, in_movers):
    recover(in_movers, method=TEMPORARY)
    dies(message_by("email"), Message.BOUNCED)
    follows_up()
    assert Address.objects.get(raw=MARAS_EMAIL).bounced_at
    assert recover(in_movers).reason == "email_bounced"


def test_a_refusal_by_the_mail_server_does_not_lock_the_address(mara, in_movers):
    recover(in_movers, method=TEMPORARY)
    dies(message_by("email"), Message.FAILED)
    follows_up()
    assert recover(in_movers).state == Recovery.OPEN


def test_each_dead_end_is_followed_up_once(mara, in_movers):
    recover(in_movers, method=TEMPORARY)
    dies(message_by("email"))
    assert follows_up() == 1 and follows_up() == 0
    assert len(notices()) == 1


def test_a_follow_up_that_dies_half_way_is_done_again(mara, in_movers, monkeypatch):
    recover(in_movers, method=TEMPORARY)
    dies(message_by("email"))
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(follow_up, "_tell_the_others", lambda *_: (_ for _ in ()).throw(RuntimeError))
        follows_up()
    assert TemporaryPassword.objects.get().state == TemporaryPassword.LIVE
    assert TemporaryPassword.objects.get().message_id in queries.dead([message_by("email").id])
    assert follows_up() == 1
    assert TemporaryPassword.objects.get().state == TemporaryPassword.DEAD


def test_somebody_who_was_deleted_meanwhile(mara, in_movers):
    recover(in_movers, method=TEMPORARY)
    dies(message_by("email"))
    changes.delete(mara, clock.now())
    assert follows_up() == 1
