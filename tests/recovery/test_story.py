"""One request from end to end, as operators read it."""

import pytest

from keyturn.directories.models import TemporaryPassword
from keyturn.lib import clock
from keyturn.outbox.models import Attempt, Message
from keyturn.recovery import follow_up, story
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.models import Intake, Recovery, Ticket
from keyturn.tenants import scope
from tests.recovery import acts
from tests.recovery.acts import MARAS_EMAIL, MARAS_PHONE, ask, recover


def bounces(message: Message, words: str) -> None:
    Attempt.objects.create(message=message, at=clock.now(), profile="relay", outcome="refused", reply=words)
    ended = {"state": Message.FAILED, "ended_at": clock.now(), "last_reply": words, "sealed": None, "due_at": None}
    Message.objects.filter(pk=message.pk).update(**ended)
    with scope.inside(None):
        assert follow_up.step()


@pytest.mark.mission("M0.20")
def test_a_request_that_went_well(mara, in_movers):
    recovery = recover(in_movers)
    acts.redeems(*acts.link_and_code())
    told = story.of(recovery.reference)
    assert (told.recovery.state, told.recovery.person, told.recovery.claimed) == (
        "completed",
        mara,
        "m***@m***.example",
    )
    assert {outcome for _, outcome in told.rules} == {"passed"}
    assert [type(right) for right in told.rights] == [Ticket]
    assert [(one.message.purpose, one.carries) for one in told.sent if one.message.channel == "email"] == [
        ("recovery_link", True),
        ("password_changed", False),
    ]
    actions = [event.action for event in told.events]
    assert actions[0] == "recovery.opened" and {"password.changed", "recovery.completed"} <= set(actions)


@pytest.mark.mission("M0.20", "M0.5")
def test_a_request_whose_message_came_back_keeps_the_providers_words(mara, in_movers):
    recovery = recover(in_movers, method="temporary_password", phone="")
    bounces(Message.objects.get(purpose="temporary_password"), "550 5.1.1 no such user here")
    told = story.of(recovery.reference)
    assert (told.recovery.state, told.recovery.words) == ("failed", "550 5.1.1 no such user here")
    assert [one.attempts[0].reply for one in told.sent if one.carries] == ["550 5.1.1 no such user here"]
    assert [type(right) for right in told.rights] == [TemporaryPassword]


@pytest.mark.mission("M0.20")
def test_a_refused_request_says_which_rule(mara, in_movers):
    recovery = recover(in_movers, email="nobody@movers.example")
    told = story.of(recovery.reference)
    assert ("unknown_person", "refused") in told.rules
    assert (told.sent, told.rights, told.events) == ([], [], [])


def test_a_request_nobody_has_looked_at_yet(mara, in_movers):
    reference = ask(in_movers, Claim(email=MARAS_EMAIL)).reference
    told = story.of(reference)
    assert told.waits and told.recovery is None


def test_a_request_that_was_given_up(mara, in_movers, now):
    reference = ask(in_movers, Claim(email=MARAS_EMAIL)).reference
    Intake.objects.update(resolved_at=now, sealed_claim=None, due_at=None)
    assert story.of(reference).given_up


def test_another_tenants_request_is_like_none(mara, in_movers, labs):
    resolved, waiting = recover(in_movers).reference, ask(in_movers, Claim(email="x@movers.example")).reference
    with scope.inside(labs.pk):
        assert (story.of(resolved), story.of(waiting), story.of("0000-0000")) == (None, None, None)


def test_an_intake_of_the_whole_installation_is_nobodys_before_it_was_looked_at(mara, in_movers):
    reference = ask(None, Claim(email=MARAS_EMAIL)).reference
    assert story.of(reference) is None
    acts.resolve_all()
    assert story.of(reference).recovery.person == mara


def test_however_much_happened_it_costs_the_same(mara, in_movers, django_assert_max_num_queries):
    recovery = recover(in_movers, method="temporary_password", phone=MARAS_PHONE)
    message = Message.objects.filter(purpose="temporary_password").first()
    Attempt.objects.bulk_create(
        Attempt(message=message, at=clock.now(), profile="p", outcome="later", reply="busy") for _ in range(300)
    )
    with django_assert_max_num_queries(7):
        told = story.of(recovery.reference)
    assert max(len(one.attempts) for one in told.sent) == 50


def test_nothing_in_it_opens_anything(mara, in_movers):
    """The story is what pages show: no sealed body, and no reply may hold what was sent (kept_reply sees to that)."""
    recovery = recover(in_movers)
    token, code = acts.link_and_code()
    shown = repr([vars(event) for event in story.of(recovery.reference).events]) + repr(vars(Recovery.objects.get()))
    assert token not in shown and code not in shown
