"""Who hears that a mailbox refuses its password: once an incident, where it is read, as the tenant's rules say."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.monitoring import mailboxes, settling, switches, telling
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.models import Mailbox, MendingLink
from keyturn.monitoring.switches import EMAIL_ON_WRONG, SMS_ON_WRONG
from keyturn.outbox.models import CellProvider, Message
from keyturn.people import changes
from keyturn.people.changes import NewPhone
from keyturn.people.models import Person
from keyturn.tenants.models import Tenant
from tests.monitoring import mends
from tests.monitoring.checks import checked
from tests.recovery.acts import values_of

pytestmark = pytest.mark.mission("M1.9")
OWN, OTHER, NUMBER = "mara@movers.example", "mara@home.example", "+14155550101"
DAY = timedelta(days=1)
BOTH = {EMAIL_ON_WRONG: True, SMS_ON_WRONG: True}


@pytest.fixture
def ripe(mara, now):
    """Mara's mailbox, one refusal before it is suspended."""
    box = mends.suspended(mara, now, state=Mailbox.REFUSED, suspended_by="", suspended_at=None, incident=None)
    earlier = now - timedelta(hours=2)
    Mailbox.objects.update(told_at=None, refusals=2, refused_since=earlier, due_at=now)
    return box


def reach(mara: Person, now, email: bool = False, sms: bool = False) -> None:
    """Give Mara another address, and a number at a carrier that takes text messages."""
    if email:
        changes.set_other_addresses(mara, [OTHER], now)
    if sms:
        provider = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
        Person.objects.filter(pk=mara.pk).update(cell_provider_id=provider.id)
        changes.set_phones(mara, [NewPhone(NUMBER, "sms")], now)


def told() -> list[str]:
    """The addresses that were written to."""
    return sorted(message.address.raw for message in Message.objects.select_related("address"))


@pytest.mark.mission("M1.6")
@pytest.mark.parametrize(
    ("has", "rules", "hears"),
    [
        ({"email": True, "sms": True}, BOTH, [NUMBER, OTHER]),
        ({"email": True, "sms": True}, {EMAIL_ON_WRONG: True, SMS_ON_WRONG: False}, [OTHER]),
        ({"email": True, "sms": True}, {EMAIL_ON_WRONG: False, SMS_ON_WRONG: True}, [NUMBER]),
        ({"email": True, "sms": True}, {EMAIL_ON_WRONG: False, SMS_ON_WRONG: False}, []),
        ({"sms": True}, BOTH, [NUMBER]),
        ({}, BOTH, [OWN]),
        ({}, {EMAIL_ON_WRONG: False, SMS_ON_WRONG: True}, []),
    ],
    ids=["both", "email alone", "sms alone", "neither", "never the broken one", "nothing but it", "not even it"],
)
def test_by_the_channels_of_the_rules_and_past_the_broken_mailbox(mara, ripe, now, has, rules, hears):
    reach(mara, now, **has)
    switches.save(rules, now, actor="operator:otto")
    checked(now, Code.AUTHENTICATION_FAILED)
    assert told() == hears
    assert (Mailbox.objects.get().told_at is not None) == bool(hears)
    assert Event.objects.filter(action="mailbox.only_itself_addressed").count() == (hears == [OWN])


def test_a_spent_cap_of_text_messages_leaves_the_mail(mara, ripe, now):
    reach(mara, now, email=True, sms=True)
    Tenant.objects.update(sms_per_day=0)
    checked(now, Code.AUTHENTICATION_FAILED)
    assert told() == [OTHER]


def test_nobody_who_left_is_told(mara, ripe, now):
    changes.set_status(mara, Person.INACTIVE, now)
    checked(now, Code.AUTHENTICATION_FAILED)
    assert told() == []


def test_every_channel_gets_the_one_link_of_the_incident(mara, ripe, now):
    reach(mara, now, email=True, sms=True)
    checked(now, Code.AUTHENTICATION_FAILED)
    said = {values_of(one)["MAILBOX_LINK"] for one in Message.objects.all()}
    assert len(said) == 1
    assert MendingLink.objects.get().incident == Mailbox.objects.get().incident


def test_an_incident_that_goes_on_after_a_resume_is_not_told_anew(ripe, now):
    checked(now, Code.AUTHENTICATION_FAILED)
    for hours in (2, 4, 6):
        mailboxes.resume(mends.fresh(ripe), now, actor="operator:otto")
        moment = now + timedelta(hours=hours)
        Mailbox.objects.update(due_at=moment, refusals=2, refused_since=moment - timedelta(hours=1))
        checked(moment, Code.AUTHENTICATION_FAILED)
    assert Mailbox.objects.get().state == Mailbox.SUSPENDED
    assert Message.objects.count() == 1


def test_without_the_note_of_the_first_every_suspension_would_be_told(ripe, now, monkeypatch):
    """Negative control: the column is what makes it one notice an incident."""
    really = settling.telling.tell
    forgetful = lambda box, at: (really(box, at), Mailbox.objects.update(told_at=None))  # noqa: E731
    monkeypatch.setattr(settling.telling, "tell", forgetful)
    checked(now, Code.AUTHENTICATION_FAILED)
    mailboxes.resume(mends.fresh(ripe), now, actor="operator:otto")
    later = now + timedelta(hours=2)
    Mailbox.objects.update(due_at=later, refusals=2, refused_since=now)
    checked(later, Code.AUTHENTICATION_FAILED)
    assert Message.objects.count() == 2


def remind(monkeypatch, moment) -> int:
    """Let the duty run at this moment, twice; how many messages there are then."""
    monkeypatch.setattr(clock, "now", lambda: moment)
    telling.step()
    telling.step()
    return Message.objects.count()


def test_a_reminder_a_week_at_most_until_it_is_mended(ripe, now, monkeypatch):
    checked(now, Code.AUTHENTICATION_FAILED)
    seen = [remind(monkeypatch, now + days * DAY) for days in (6, 7, 8, 13, 14)]
    assert seen == [1, 2, 2, 2, 3]
    assert Message.objects.filter(purpose="mailbox_reminder").count() == 2
    Mailbox.objects.update(state=Mailbox.FINE, incident=None)
    assert remind(monkeypatch, now + 30 * DAY) == 3


def test_who_could_not_be_reached_is_tried_again_in_a_week(mara, ripe, now, monkeypatch):
    switches.save({EMAIL_ON_WRONG: False}, now, actor="operator:otto")
    checked(now, Code.AUTHENTICATION_FAILED)
    reach(mara, now, sms=True)
    assert remind(monkeypatch, now + 6 * DAY) == 0
    assert remind(monkeypatch, now + 7 * DAY) == 1
    assert told() == [NUMBER]
