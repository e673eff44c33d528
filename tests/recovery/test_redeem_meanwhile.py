"""What happens before a link is redeemed, and while its password is on its way."""

from datetime import timedelta

import pytest
from django.db import connection

from keyturn.directories.base import DirectoryUnreachable, PasswordRefused
from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.models import Account
from keyturn.lib import clock, points
from keyturn.passwords import change
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.recovery import redeem, tickets
from keyturn.recovery.models import Ticket
from keyturn.recovery.redeem import Busy, DirectoryDown, NotTaken, Redeemed
from keyturn.tenants.models import Tenant
from tests.recovery.acts import (
    MARAS_PASSWORD,
    NOT_ACCEPTED,
    link_and_code,
    recover,
    redeems,
    signs_in,
    tries,
)


def the_time_is_over(mara):
    Ticket.objects.update(expires_at=clock.now())


def the_password_was_changed(mara):
    Account.objects.update(credential_epoch=1)


def she_was_deactivated(mara):
    changes.set_status(mara, Person.INACTIVE, clock.now())


def the_tenant_was_suspended(mara):
    Tenant.objects.update(status=Tenant.SUSPENDED)


def another_link_was_asked_for(mara):
    recover(mara.tenant)


def it_was_revoked(mara):
    tickets.revoke(Ticket.objects.all(), clock.now())


@pytest.mark.parametrize(
    "when",
    [
        the_time_is_over,
        the_password_was_changed,
        she_was_deactivated,
        the_tenant_was_suspended,
        another_link_was_asked_for,
        it_was_revoked,
    ],
)
def test_everything_earlier_is_dead_at_once(sent, mara, when):
    when(mara)
    assert redeem.look(sent[0]) is None
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_the_newest_link_works_when_an_earlier_one_was_replaced(sent, mara, in_movers):
    recover(in_movers)
    assert redeems(*link_and_code()) == Redeemed(mara)


def test_the_directory_is_down(sent, mara, monkeypatch):
    def silent(self, account, new):
        raise DirectoryUnreachable

    with monkeypatch.context() as patch:
        patch.setattr(Builtin, "reach_out", silent)
        assert redeems(*sent) == DirectoryDown()
    assert signs_in(MARAS_PASSWORD)
    assert redeems(*sent) == Redeemed(mara)


def test_the_directory_will_not_have_this_password(sent, mara, monkeypatch):
    def picky(self, account, new):
        raise PasswordRefused("was used before")

    with monkeypatch.context() as patch:
        patch.setattr(Builtin, "reach_out", picky)
        assert redeems(*sent) == NotTaken("was used before")
    assert redeems(*sent) == Redeemed(mara)


def test_the_password_changes_while_the_directory_works(sent, monkeypatch):
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: Account.objects.update(credential_epoch=5))
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_another_link_is_asked_for_while_the_directory_works(sent, in_movers, monkeypatch):
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: recover(in_movers))
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


@pytest.mark.parametrize("when", [she_was_deactivated, the_tenant_was_suspended])
def test_whoever_may_not_any_more_gets_nothing_set(sent, mara, when, monkeypatch):
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: when(mara))
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_a_ticket_in_somebodys_hands_is_busy_and_counts_no_try(sent):
    Ticket.objects.update(state=Ticket.REDEEMING, lease_until=clock.now() + timedelta(seconds=60))
    assert redeems(*sent) == Busy()
    assert tries() == 0


def test_a_redeemer_that_died_lets_the_lease_run_out(sent, mara, monkeypatch):
    class Killed(BaseException):
        pass

    def die(name):
        if name == "redeem.reached_out":
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(points, "reach", die)
        redeems(*sent)
    assert signs_in(MARAS_PASSWORD) and redeems(*sent) == Busy()
    Ticket.objects.update(lease_until=clock.now())
    assert redeems(*sent) == Redeemed(mara)


def test_whoever_lost_the_lease_settles_nothing(sent, monkeypatch):
    """A slow redeemer wakes up after somebody else has seized the ticket."""
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: Ticket.objects.update(lease_until=later))
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_the_hash_is_made_outside_of_any_transaction(sent, monkeypatch):
    depths = []
    begin = change.begin
    outside = len(connection.savepoint_ids)
    monkeypatch.setattr(change, "begin", lambda *a: depths.append(len(connection.savepoint_ids)) or begin(*a))
    redeems(*sent)
    assert depths == [outside]
