"""Mailboxes are put on record, changed, suspended and resumed; what belongs to a place is wiped with it."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib.edits import EditLost, Seen
from keyturn.monitoring import mailboxes, sealing, settling
from keyturn.monitoring.core import rules
from keyturn.monitoring.mailboxes import MailboxRefused, New
from keyturn.monitoring.models import Mailbox
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Person
from keyturn.tenants import scope

BY = "operator:otto"
SECRET = "moss lantern over a canal"
MINUTE_AGO_FIELDS = {"state": Mailbox.REFUSED, "refusals": 2}


@pytest.fixture
def wanted(mara) -> New:
    return New(mara.id, "Work mail", "mail.movers.example", "mara@movers.example", secret=SECRET)


@pytest.fixture
def nils(in_movers, now) -> Person:
    return changes.create(NewPerson("nils", "Nils Holm"), now)


@pytest.fixture
def added(wanted, now) -> Mailbox:
    return mailboxes.add(wanted, now, actor=BY)


def kept() -> Mailbox:
    return Mailbox.objects.get()


@pytest.mark.mission("M1.1")
def test_a_mailbox_is_put_on_record_sealed_and_due(added, now):
    assert (kept().state, kept().due_at) == (Mailbox.NEW, now)
    assert sealing.open(kept()) == SECRET
    assert sealing.fits(kept(), SECRET)


def test_one_without_a_secret_is_not_checked(wanted, now):
    mailbox = mailboxes.add(replace(wanted, secret=""), now, actor=BY)
    assert (mailbox.state, mailbox.due_at, mailbox.sealed) == (Mailbox.EMPTY, None, None)


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"name": "a\0b"}, "name", "control_character"),
        ({"name": "x" * 10**6}, "name", "too_long"),
        ({"host": "mail example"}, "host", "not_a_host"),
        ({"host": "mail.example\r\nA1 LOGOUT"}, "host", "control_character"),
        ({"host": ""}, "host", "empty"),
        ({"port": 0}, "port", "not_a_port"),
        ({"port": 70000}, "port", "not_a_port"),
        ({"tls": "perhaps"}, "tls", "unknown"),
        ({"protocol": "smtp"}, "protocol", "unknown"),
        ({"protocol": "carrier pigeon"}, "protocol", "unknown"),
        ({"method": "none"}, "method", "unknown"),
        ({"username": ""}, "username", "empty"),
        ({"username": 'mara"\r\n'}, "username", "control_character"),
        ({"username": "\ud800"}, "username", "not_unicode"),
        ({"secret": "moss\r\nlantern"}, "secret", "control_character"),
        ({"secret": "x" * 2000}, "secret", "too_long"),
        (
            {"sending_host": "smtp.example", "sending_port": 0, "sending_tls": "implicit"},
            "sending_port",
            "not_a_port",
        ),
        (
            {"sending_host": "smtp example", "sending_port": 465, "sending_tls": "implicit"},
            "sending_host",
            "not_a_host",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(wanted, now, wrong, field, reason):
    with pytest.raises(MailboxRefused) as refused:
        mailboxes.add(replace(wanted, **wrong), now, actor=BY)
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert not Mailbox.objects.exists()


def test_a_person_has_one_mailbox_of_a_name(added, wanted, now):
    with pytest.raises(MailboxRefused) as refused:
        mailboxes.add(wanted, now, actor=BY)
    assert (refused.value.field, refused.value.reason) == ("name", "repeated")


def test_a_person_of_another_tenant_is_nobody(wanted, labs, now):
    with scope.inside(labs.id), pytest.raises(MailboxRefused) as refused:
        mailboxes.add(wanted, now, actor=BY)
    assert refused.value.field == "person"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"host": "mail.mallory.example"},
        {"port": 143},
        {"tls": "starttls"},
        {"username": "mallory"},
        {"protocol": "pop3"},
        {"method": "xoauth2"},
        {"sending_host": "smtp.mallory.example", "sending_port": 465, "sending_tls": "implicit"},
    ],
    ids=lambda one: next(iter(one)),
)
def test_whoever_changes_the_place_wipes_the_secret(added, wanted, now, elsewhere):
    mailboxes.change(Seen(kept(), 1), replace(wanted, secret="", **elsewhere), now, actor=BY)
    assert (kept().state, kept().sealed, kept().verifier, kept().due_at) == (Mailbox.EMPTY, None, "", None)


def test_a_new_name_leaves_the_secret_where_it_is(added, wanted, now):
    mailboxes.change(Seen(kept(), 1), replace(wanted, name="Post", secret=""), now, actor=BY)
    assert kept().name == "Post"
    assert sealing.open(kept()) == SECRET


def test_a_place_may_be_changed_together_with_its_secret(added, wanted, now):
    mailboxes.change(Seen(kept(), 1), replace(wanted, host="mail.labs.example", secret="fern"), now, actor=BY)
    assert kept().state == Mailbox.NEW
    assert sealing.open(kept()) == "fern"


def test_of_two_who_change_it_one_saves(added, wanted, now):
    mailboxes.change(Seen(kept(), 1), replace(wanted, name="Post"), now, actor=BY)
    with pytest.raises(EditLost):
        mailboxes.change(Seen(kept(), 1), replace(wanted, name="Letters"), now, actor=BY)


def test_its_owner_stays_who_it_is(added, wanted, nils, now):
    mailboxes.change(Seen(kept(), 1), replace(wanted, name="Post", person_id=nils.id), now, actor=BY)
    assert kept().person_id == wanted.person_id


def test_a_check_under_way_is_not_written_over_a_new_secret(added, now):
    Mailbox.objects.update(fence=7, lease_until=now)
    mailboxes.set_secret(kept(), "fern", now, actor=BY)
    assert (kept().fence, kept().lease_until) == (None, None)
    assert sealing.open(kept()) == "fern"


def test_what_was_counted_against_the_old_secret_is_forgotten_with_it(added, now):
    Mailbox.objects.update(**MINUTE_AGO_FIELDS)
    mailboxes.set_secret(kept(), "fern", now, actor=BY)
    assert (kept().state, kept().refusals) == (Mailbox.NEW, 0)


def test_a_new_secret_does_not_lift_what_an_operator_suspended(added, now):
    mailboxes.suspend(kept(), now, actor=BY)
    mailboxes.set_secret(kept(), "fern", now, actor=BY)
    assert (kept().state, kept().due_at) == (Mailbox.SUSPENDED, None)


def test_of_two_new_secrets_in_one_moment_the_first_stays(added, now):
    seen = kept()
    mailboxes.set_secret(kept(), "fern", now, actor=BY)
    with pytest.raises(EditLost):
        mailboxes.set_secret(seen, "moss", now, actor=BY)


@pytest.mark.mission("M1.4")
def test_what_was_seen_of_another_secret_says_nothing_of_this_one(added, now):
    """That the server once took the old one makes no refusal without a word a refusal of the new one."""
    seen = {"verdict": "rejected", "code": "expired", "checked_at": now, "accepted_at": now, "refusals": 2}
    Mailbox.objects.update(state=Mailbox.REFUSED, refused_since=now, **seen)
    mailboxes.set_secret(kept(), "fern", now, actor=BY)
    assert settling.facts_of(kept()) == rules.Facts()
    assert kept().due_at == now


def test_suspended_by_hand_and_resumed(added, now):
    assert mailboxes.suspend(kept(), now, actor=BY)
    assert not mailboxes.suspend(kept(), now, actor=BY)
    assert (kept().state, kept().due_at) == (Mailbox.SUSPENDED, None)
    assert mailboxes.resume(kept(), now, actor=BY)
    assert not mailboxes.resume(kept(), now, actor=BY)
    assert (kept().state, kept().due_at, kept().suspended_by) == (Mailbox.NEW, now, "")


def test_one_without_a_secret_cannot_be_resumed(added, wanted, now):
    mailboxes.change(Seen(kept(), 1), replace(wanted, port=143, secret=""), now, actor=BY)
    mailboxes.suspend(kept(), now, actor=BY)
    assert not mailboxes.resume(kept(), now, actor=BY)


@pytest.mark.mission("M1.14")
def test_checked_now_when_it_is_not_due_yet(added, now):
    assert not mailboxes.check_now(kept(), now, actor=BY)
    Mailbox.objects.update(due_at=now.replace(year=now.year + 1))
    assert mailboxes.check_now(kept(), now, actor=BY)
    assert kept().due_at == now


@pytest.mark.mission("M1.14")
def test_a_password_that_was_just_refused_is_not_said_again_before_ten_minutes_whoever_asks(added, now):
    ago, soonest = now - timedelta(minutes=3), now - timedelta(minutes=3) + rules.APART
    refused = {"state": Mailbox.REFUSED, "verdict": "rejected", "checked_at": ago, "due_at": now + timedelta(hours=1)}
    Mailbox.objects.update(**refused)
    assert mailboxes.check_now(kept(), now, actor=BY)
    assert kept().due_at == soonest
    assert not mailboxes.check_now(kept(), now, actor=BY)  # and again and again changes nothing
    mailboxes.suspend(kept(), now, actor=BY)
    assert mailboxes.resume(kept(), now, actor=BY)
    assert kept().due_at == soonest
    Mailbox.objects.update(verdict="accepted", due_at=now + timedelta(hours=1))
    assert mailboxes.check_now(kept(), now, actor=BY)
    assert kept().due_at == now


def test_taken_off_record(added, now):
    assert mailboxes.remove(added, now, actor=BY)
    assert not Mailbox.objects.exists()
    assert not mailboxes.remove(added, now, actor=BY)


def test_all_of_it_is_audited_and_no_secret_is(added, wanted, now):
    mailboxes.change(Seen(kept(), 1), replace(wanted, host="mail.labs.example", secret="fern"), now, actor=BY)
    mailboxes.set_secret(kept(), "willow", now, actor=BY)
    verifiers = kept().verifier
    mailboxes.remove(kept(), now, actor=BY)
    told = list(Event.objects.filter(action__startswith="mailbox.").order_by("at", "action"))
    assert {event.action for event in told} == {
        "mailbox.added",
        "mailbox.changed",
        "mailbox.secret_set",
        "mailbox.removed",
    }
    assert {event.actor for event in told} == {BY}
    text = " ".join(f"{event.data}{event.reason}" for event in told)
    for secret in (SECRET, "fern", "willow", "argon2", verifiers):
        assert secret not in text


def test_a_description_does_not_show_its_secret(wanted):
    assert SECRET not in repr(wanted)
    assert asdict(wanted)["secret"] == SECRET
