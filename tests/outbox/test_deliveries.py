"""What operators see of the delivery log, and what it costs to look."""

from datetime import timedelta

import pytest

from keyturn.outbox import deliveries
from keyturn.outbox.deliveries import Wanted
from keyturn.outbox.models import Attempt, CellProvider, MailProfile, Message
from tests.outbox.test_again import notices


@pytest.mark.parametrize(
    "wanted, found",
    [
        (Wanted(), 3),
        (Wanted(state="failed"), 2),
        (Wanted(purpose="recovery_link"), 1),
        (Wanted(purpose="recovery_link", state="failed"), 0),
    ],
)
def test_filters(mara, email, posted, now, wanted, found):
    notices(mara, email, now, 2, Message.FAILED)
    assert deliveries.matching(wanted).count() == found


def test_days_are_whole_days_and_the_last_one_counts(posted, now):
    today = now.date()
    assert deliveries.matching(Wanted(since=today, until=today)).count() == 1
    assert deliveries.matching(Wanted(since=today + timedelta(days=1))).count() == 0
    assert deliveries.matching(Wanted(until=today - timedelta(days=1))).count() == 0


def test_counting_ends_somewhere(mara, email, now, monkeypatch):
    monkeypatch.setattr(deliveries, "COUNTED_TO", 2)
    notices(mara, email, now, 3, Message.FAILED)
    assert deliveries.in_state(Message.FAILED) == 2
    assert deliveries.dead_since(now - timedelta(days=1), Message.BOUNCED) == 0


@pytest.mark.mission("M0.19")
def test_attempts_of_many_messages_cost_one_statement(posted, now, django_assert_num_queries):
    for number in range(3):
        Attempt.objects.create(message=posted, at=now + timedelta(seconds=number), profile="p", outcome="later")
    with django_assert_num_queries(1):
        found = deliveries.attempts([posted.pk])
    assert [one.at for one in found[posted.pk]] == sorted(one.at for one in found[posted.pk])
    assert len(found[posted.pk]) == 3


def test_a_server_is_failing_by_its_last_word(posted, now):
    MailProfile.objects.create(name="relay", host="relay.example", port=25, from_address="a@movers.example")

    def said(outcome: str, minutes: int) -> None:
        moment = now + timedelta(minutes=minutes)
        Attempt.objects.create(message=posted, at=moment, profile="relay", outcome=outcome, reply="no route to host")

    said("unreachable", 1)
    assert [(one.name, one.reply) for one in deliveries.failing_profiles()] == [("relay", "no route to host")]
    said("refused", 2)
    assert deliveries.failing_profiles() == [], "a recipient was refused; the server is well"


@pytest.mark.parametrize("days, told", [(-1, True), (0, True), (29, True), (31, False)])
def test_gateways_that_end_soon(in_movers, now, days, told):
    CellProvider.objects.create(name="Wireless", sms_domain="s.example", ends_on=now.date() + timedelta(days=days))
    assert bool(deliveries.ending_gateways(now.date())) is told


def test_since_when_the_oldest_waits(posted, now):
    assert deliveries.oldest_waiting() == posted.created_at
    Message.objects.update(state=Message.SENT)
    assert deliveries.oldest_waiting() is None
