"""*Send again*: what goes out once more, what goes at once, and what cannot."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.outbox import again, deliver, drafting, posting
from keyturn.outbox.again import Hurried, Reason, Refused, Repeated
from keyturn.outbox.deliveries import Wanted
from keyturn.outbox.models import CellProvider, Message
from keyturn.outbox.posting import Letter, post
from keyturn.people.models import Address, Person
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

OTTO = "operator:otto"


@pytest.fixture
def notice(email, mara, now) -> Message:
    """A mail that holds no secret."""
    return post(Letter("password_changed", email, {}, now + timedelta(days=2)), person=mara, now=now)


@pytest.fixture
def text_notice(phone, mara, now) -> Message:
    return post(Letter("password_changed", phone, {}, now + timedelta(days=2)), person=mara, now=now)


def ends(message: Message, state: str) -> Message:
    """The message comes to its end, as delivering would write it."""
    Message.objects.filter(pk=message.pk).update(state=state, ended_at=clock.now(), sealed=None, due_at=None)
    message.refresh_from_db()
    return message


@pytest.mark.mission("M0.19")
@pytest.mark.parametrize("state", [Message.FAILED, Message.BOUNCED, Message.EXPIRED, Message.SENT, Message.DELIVERED])
def test_what_holds_no_secret_is_written_anew(notice, now, state):
    answer = again.send(ends(notice, state).pk, now, actor=OTTO)
    assert isinstance(answer, Repeated)
    new = Message.objects.get(again_of=notice)
    assert (new.state, new.purpose, new.address_id) == (Message.QUEUED, "password_changed", notice.address_id)
    event = Event.objects.get(action="message.repeated")
    assert (event.actor, event.data["message"], event.data["again_as"]) == (OTTO, str(notice.pk), str(new.pk))


@pytest.mark.mission("M0.19")
def test_it_really_leaves(notice, now, server):
    ends(notice, Message.FAILED)
    again.send(notice.pk, now, actor=OTTO)
    with scope.inside(None):
        assert deliver.step()
    assert Message.objects.get(again_of=notice).state == Message.SENT


def test_it_reports_the_moment_of_the_first_one(notice, now):
    Message.objects.filter(pk=notice.pk).update(created_at=now - timedelta(hours=5))
    first = ends(notice, Message.FAILED)
    second = ends(again.send(first.pk, now, actor=OTTO).message, Message.FAILED)
    third = again.send(second.pk, now, actor=OTTO).message
    assert third.reported_at == first.created_at
    assert f"{first.created_at:%Y-%m-%d %H:%M} UTC" in drafting.draft(Message.objects.get(pk=third.pk)).text


@pytest.mark.parametrize("state", [Message.FAILED, Message.SENT, Message.EXPIRED])
def test_a_secret_that_was_destroyed_needs_a_new_reset(posted, now, state):
    assert again.send(ends(posted, state).pk, now, actor=OTTO) == Refused(Reason.SECRET_GONE)
    assert Message.objects.count() == 1


def test_what_was_called_back_stays_back(posted, now):
    assert again.send(ends(posted, Message.CANCELLED).pk, now, actor=OTTO) == Refused(Reason.CALLED_BACK)


@pytest.mark.parametrize("state", [Message.QUEUED, Message.RETRYING])
def test_what_waits_for_its_next_try_is_due_now(posted, now, state):
    Message.objects.update(state=state, due_at=now + timedelta(minutes=10))
    assert again.send(posted.pk, now, actor=OTTO) == Hurried()
    row = Message.objects.get()
    assert (row.due_at, row.sealed is not None) == (now, True)
    assert Event.objects.filter(action="message.hurried", actor=OTTO).count() == 1


def test_what_is_being_handed_over_is_left_alone(posted, now):
    Message.objects.update(state=Message.SENDING, lease_until=now + timedelta(seconds=90))
    assert again.send(posted.pk, now, actor=OTTO) == Refused(Reason.BEING_SENT)
    Message.objects.update(state=Message.RETRYING)
    assert again.send(posted.pk, now, actor=OTTO) == Refused(Reason.BEING_SENT)


def test_an_address_that_is_not_on_record_any_more_gets_nothing(notice, now):
    ends(notice, Message.FAILED)
    Address.objects.all().delete()
    assert again.send(notice.pk, now, actor=OTTO) == Refused(Reason.ADDRESS_GONE)


def test_an_address_that_is_not_written_to_gets_nothing(notice, now):
    ends(notice, Message.FAILED)
    Address.objects.update(may_receive=False)
    assert again.send(notice.pk, now, actor=OTTO) == Refused(Reason.ADDRESS_SILENT)


def test_a_carrier_that_ended_takes_nothing(text_notice, now):
    ends(text_notice, Message.FAILED)
    CellProvider.objects.update(ends_on=date(2020, 1, 1))
    assert again.send(text_notice.pk, now, actor=OTTO) == Refused(Reason.NO_GATEWAY)


def test_text_messages_have_their_cap_here_too(text_notice, now):
    ends(text_notice, Message.FAILED)
    Tenant.objects.update(sms_per_day=0)
    assert again.send(text_notice.pk, now, actor=OTTO) == Refused(Reason.SMS_CAP)
    assert Message.objects.get().sent_again_at is None, "tomorrow it can go"


def test_the_second_press_does_nothing(notice, now):
    ends(notice, Message.FAILED)
    again.send(notice.pk, now, actor=OTTO)
    assert again.send(notice.pk, now, actor=OTTO) == Refused(Reason.SENT_AGAIN)
    assert Message.objects.count() == 2


def test_nobody_sends_anothers_message(notice, labs, now):
    ends(notice, Message.FAILED)
    with scope.inside(labs.pk), pytest.raises(Message.DoesNotExist):
        again.send(notice.pk, now, actor=OTTO)


@pytest.fixture
def committed(movers, now):
    """A failed notice that every thread can see."""
    with scope.inside(movers.pk):
        mara = Person.objects.create(identifier="mara", identifier_key="mara", name="Mara", created_at=now)
        email = Address.objects.create(
            person=mara, kind="email", raw="m@x.example", key="m@x.example", lowered="m@x.example"
        )
        notice = post(Letter("password_changed", email, {}, now + timedelta(days=2)), person=mara, now=now)
        return ends(notice, Message.FAILED)


def _pressed_at_once(message, now):
    def press(_):
        try:
            with scope.inside(message.tenant_id):
                return again.send(message.pk, now, actor=OTTO)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(press, range(8)))


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_at_once_one_writes(committed, now):
    answers = _pressed_at_once(committed, now)
    assert sum(isinstance(one, Repeated) for one in answers) == 1
    with scope.inside(committed.tenant_id):
        assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_conditional_update_many_would_write(committed, now, monkeypatch):
    """The control: everybody is told that the row was theirs."""
    monkeypatch.setattr(again, "obstacle", lambda message, now: None)
    real = again.Message.objects.filter

    class _Blind:
        def __init__(self, rows):
            self.rows = rows

        def update(self, **changes):
            self.rows.update(**changes)
            return 1

    def blind(*conditions, **wanted):
        found = real(*conditions, **{k: v for k, v in wanted.items() if k != "sent_again_at"})
        return _Blind(found) if "sent_again_at" in wanted else found

    with scope.inside(committed.tenant_id):
        monkeypatch.setattr(again.Message.objects, "filter", blind)
        for _ in range(2):
            again.send(committed.pk, now, actor=OTTO)
        monkeypatch.undo()
        assert Message.objects.count() == 3


def notices(mara, email, now, many: int, state: str) -> None:
    for number in range(many):
        moment = now - timedelta(minutes=number)
        ends(post(Letter("password_changed", email, {}, now + timedelta(days=2)), person=mara, now=moment), state)


@pytest.mark.mission("M0.19")
def test_all_that_match(mara, email, posted, now):
    notices(mara, email, now, 3, Message.FAILED)
    notices(mara, email, now, 2, Message.SENT)
    answer = again.send_all(Wanted(), now, actor=OTTO)
    assert (answer.hurried, answer.repeated, answer.left) == (1, 3, 0)
    assert Message.objects.exclude(again_of=None).count() == 3


def test_all_that_match_and_no_other(mara, email, now):
    notices(mara, email, now, 2, Message.FAILED)
    notices(mara, email, now, 1, Message.BOUNCED)
    assert again.send_all(Wanted(state=Message.BOUNCED), now, actor=OTTO).repeated == 1
    assert again.send_all(Wanted(until=now.date() - timedelta(days=3)), now, actor=OTTO).repeated == 0


def test_secrets_among_them_are_told(posted, now):
    ends(posted, Message.FAILED)
    answer = again.send_all(Wanted(state=Message.FAILED), now, actor=OTTO)
    assert (answer.repeated, answer.refused) == (0, {Reason.SECRET_GONE: 1})


def test_so_many_at_a_press_and_the_rest_is_told(mara, email, now, monkeypatch):
    monkeypatch.setattr(again, "AT_ONCE", 2)
    notices(mara, email, now, 5, Message.FAILED)
    left = [again.send_all(Wanted(state=Message.FAILED), now, actor=OTTO).left for _ in range(3)]
    assert left == [3, 1, 0]
    assert Message.objects.exclude(again_of=None).count() == 5


def test_what_went_to_an_address_on_nobodys_record_is_repeated_to_it(in_movers, now):
    letter = Letter("sign_up_taken", "new@movers.example", {}, now + timedelta(hours=1))
    message = posting.post_elsewhere(letter, now=now, language="es")
    Message.objects.update(state=Message.FAILED, ended_at=now, due_at=None, sealed=None)
    repeated = again.send(message.pk, now, actor=OTTO)
    new = Message.objects.get(pk=repeated.message.pk)
    assert (new.elsewhere, new.language, new.again_of, new.address) == ("new@movers.example", "es", message, None)
    assert again.send(message.pk, now, actor=OTTO) == Refused(Reason.SENT_AGAIN)


def test_all_that_match_among_them_what_went_to_nobody_on_record(in_movers, now):
    letter = Letter("sign_up_taken", "new@movers.example", {}, now + timedelta(hours=1))
    posting.post_elsewhere(letter, now=now)
    Message.objects.update(state=Message.FAILED, ended_at=now, due_at=None, sealed=None)
    assert again.send_all(Wanted(), now, actor=OTTO).repeated == 1


def test_a_secret_that_went_there_is_not_and_the_words_speak_of_no_reset(in_movers, now):
    values = {"LINK": "https://movers.example/console/welcome/x", "USERNAME": "mia"}
    letter = Letter("operator_welcome", "mia@movers.example", values, now + timedelta(hours=1))
    message = posting.post_elsewhere(letter, now=now)
    Message.objects.update(state=Message.FAILED, ended_at=now, due_at=None, sealed=None)
    assert again.send(message.pk, now, actor=OTTO) == Refused(Reason.NEEDS_ANEW)
