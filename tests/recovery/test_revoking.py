"""What an operator ends opens nothing any more, and what still waits is called back."""

import pytest

from keyturn.audit.models import Event
from keyturn.directories.models import TemporaryPassword
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.recovery import manual_entry, redeem, revoking
from keyturn.recovery.models import Recovery
from tests.recovery import acts
from tests.recovery.desk import TOLD, wish

ACTOR = "operator:otto"


def test_a_revoked_ticket_opens_nothing(mara, account, in_movers):
    acts.recover(in_movers)
    token, code = acts.link_and_code()
    (ticket,) = revoking.standing(account, clock.now()).tickets
    assert revoking.ticket(account, ticket.pk, clock.now(), actor=ACTOR)
    assert isinstance(acts.redeems(token, code), redeem.Refused)
    assert Message.objects.get().state == Message.CANCELLED
    assert (Recovery.objects.get().state, Recovery.objects.get().reason) == ("failed", "revoked")
    assert Event.objects.get(action="ticket.revoked").actor == ACTOR
    assert not revoking.ticket(account, ticket.pk, clock.now(), actor=ACTOR)


def test_of_two_temporary_passwords_one_may_be_revoked(mara, account, in_movers):
    acts.recover(in_movers, phone=acts.MARAS_PHONE, method="temporary_password")
    by_email, by_sms = revoking.standing(account, clock.now()).temporaries
    assert revoking.temporary_password(account, by_email.pk, clock.now(), actor=ACTOR)
    assert Recovery.objects.get().state == Recovery.OPEN
    assert revoking.temporary_password(account, by_sms.pk, clock.now(), actor=ACTOR)
    assert Recovery.objects.get().reason == "revoked"
    assert set(Message.objects.values_list("state", flat=True)) == {Message.CANCELLED}
    assert not revoking.standing(account, clock.now())


def test_what_was_told_can_be_revoked(mara, account, otto):
    manual_entry.enter(wish(mara, otto), manual_entry.Entry(TOLD), clock.now())
    (told,) = revoking.standing(account, clock.now()).temporaries
    assert revoking.temporary_password(account, told.pk, clock.now(), actor=ACTOR)
    assert TemporaryPassword.objects.get().state == TemporaryPassword.CANCELLED


@pytest.mark.parametrize("end", [revoking.ticket, revoking.temporary_password])
def test_a_made_up_one_is_not_there(account, end, mara):
    assert not end(account, mara.pk, clock.now(), actor=ACTOR)
