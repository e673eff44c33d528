"""One change of password: the epoch rises by one, pending ones end, everybody is told; all of it or nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from keyturn.audit.models import Event
from keyturn.directories import pending, registry
from keyturn.directories.base import DirectoryUnreachable, Verdict
from keyturn.directories.connectors.memory import Memory
from keyturn.directories.models import Account, StoredPassword, TemporaryPassword
from keyturn.lib import hashing
from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter, post
from keyturn.passwords import change
from keyturn.passwords.change import Cause, EpochMoved
from keyturn.people import queries
from keyturn.tenants import scope
from tests import proof
from tests.directories.acts import try_use
from tests.passwords.conftest import ORIGINAL

NEW = "loud drum under the bridge"
BY_EMAIL, BY_SMS = "Kestrel7wX", "Harbour9pQ"
BROWSERS = proof.count(8, full=100)
BY_MARA = Cause("person:mara", "own_choice", "192.0.2.0/24")


def set_new(account: Account, now, *, text: str = NEW, epoch: int = 0) -> None:
    """The whole of it, as a flow does it."""
    begun = change.begin(account, text)
    begun.reach_out()
    with transaction.atomic():
        begun.settle(now=now, cause=BY_MARA, epoch=epoch)


def accepts(account: Account, text: str) -> bool:
    return registry.connect(account.directory.kind).verify(account, text) is Verdict.ACCEPTED


def test_the_new_one_works_and_the_old_one_does_not(account, now):
    set_new(account, now)
    assert accepts(account, NEW) and not accepts(account, ORIGINAL)
    account.refresh_from_db()
    assert (account.credential_epoch, account.password_changed_at) == (1, now)


@pytest.mark.mission("M3.6")
def test_every_address_on_record_is_told(account, now):
    set_new(account, now)
    told = Message.objects.filter(purpose="password_changed").values_list("address__raw", flat=True)
    assert sorted(told) == ["+14155550101", "m.lindqvist@movers.example", "mara@home.example"]


def test_it_is_audited_with_its_cause_and_without_the_password(account, now):
    set_new(account, now)
    event = Event.objects.get(action="password.changed")
    assert (event.actor, event.reason, event.source) == ("person:mara", "own_choice", "192.0.2.0/24")
    assert NEW not in repr(list(Event.objects.values())) + repr(list(Message.objects.values()))


def test_what_began_under_an_older_epoch_changes_nothing(account, now):
    set_new(account, now)
    stored = StoredPassword.objects.get().hash
    told = Message.objects.count()
    with pytest.raises(EpochMoved):
        set_new(account, now, text="third thing behind the hill", epoch=0)
    assert StoredPassword.objects.get().hash == stored
    assert Message.objects.count() == told
    assert Account.objects.get().credential_epoch == 1


def test_a_transaction_that_fails_afterwards_leaves_everything_as_it_was(account, now):
    begun = change.begin(account, NEW)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        begun.settle(now=now, cause=BY_MARA, epoch=0)
        raise ZeroDivisionError
    assert accepts(account, ORIGINAL) and not accepts(account, NEW)
    assert Account.objects.get().credential_epoch == 0
    assert not Message.objects.exists()


@pytest.fixture
def issued(account, mara, now) -> dict[str, TemporaryPassword]:
    """A temporary password by email and one by SMS, their messages still waiting."""
    places = {"email": (BY_EMAIL, queries.main_email(mara)), "sms": (BY_SMS, queries.sms_number(mara))}
    rows = {}
    for channel, (text, address) in places.items():
        ends = now + timedelta(minutes=10)
        with transaction.atomic():
            letter = Letter("temporary_password", address, {"PASSWORD": text}, ends)
            message = post(letter, person=mara, now=now)
            terms = {"message_id": message.id, "recovery_id": uuid4(), "expires_at": ends, "epoch": 0}
            hashed = hashing.hash_password(text)
            rows[channel] = pending.issue(account, channel, now=now, hash=hashed, **terms)
    return rows


def states() -> dict[str, str]:
    return dict(TemporaryPassword.objects.values_list("channel", "state"))


def test_temporary_passwords_end_and_their_messages_are_called_back(account, issued, now):
    set_new(account, now)
    assert states() == {"email": "cancelled", "sms": "cancelled"}
    waiting = Message.objects.filter(purpose="temporary_password")
    assert {(message.state, message.sealed) for message in waiting} == {("cancelled", None)}
    account.refresh_from_db()
    assert try_use(account, BY_EMAIL, now) is None


def test_the_one_that_was_used_is_replaced(account, issued, now):
    try_use(account, BY_EMAIL, now)
    set_new(account, now)
    assert states() == {"email": "replaced", "sms": "cancelled"}


def test_nothing_that_can_be_printed_holds_the_password(account):
    begun = change.begin(account, NEW)
    assert NEW not in repr(begun) + repr(begun.new) + repr(EpochMoved())


def test_a_remote_directory_that_is_silent_leaves_our_tables_alone(account, now, monkeypatch):
    silent = Memory()
    silent.is_reachable = False
    monkeypatch.setattr(registry, "connect", lambda kind: silent)
    with pytest.raises(DirectoryUnreachable):
        set_new(account, now)
    assert Account.objects.get().credential_epoch == 0


def test_a_remote_directory_gets_the_text(account, now, monkeypatch):
    remote = Memory()
    monkeypatch.setattr(registry, "connect", lambda kind: remote)
    set_new(account, now)
    assert remote.verify(account, NEW) is Verdict.ACCEPTED


def _change_at_once(account: Account, now) -> int:
    """Many browsers that all hold the right to change it; how many did."""
    begun = change.begin(account, NEW)  # hashing is not what is raced for

    def browser(number: int) -> bool:
        try:
            with scope.inside(account.tenant_id), transaction.atomic():
                begun.settle(now=now, cause=BY_MARA, epoch=0)
            return True
        except EpochMoved:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(BROWSERS) as browsers:
        return sum(browsers.map(browser, range(BROWSERS)))


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_changes_exactly_one_settles(account, now):
    assert _change_at_once(account, now) == 1
    assert Account.objects.get().credential_epoch == 1
    assert Message.objects.filter(purpose="password_changed").count() == 3
    proof.note("parallel changes under one epoch", BROWSERS, "1 settled")


@pytest.mark.django_db(transaction=True)
def test_without_the_epoch_several_would_settle(account, now, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(change.Change, "_raise_epoch", lambda *given: None)
    assert _change_at_once(account, now) > 1
