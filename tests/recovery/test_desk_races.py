"""A hundred at once at the desk: three guesses of a caller's code are judged, one agreement counts, caps are exact.

Each race has its control: the same race with the guard taken out must show what the guard prevents.
"""

import threading

import pytest

from keyturn.directories.models import Account
from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.outbox.models import Message
from keyturn.recovery import agreeing, approvals, by_operator, caller_check, desk
from keyturn.recovery.by_operator import Sent, send_link
from keyturn.recovery.caller_check import Over, Passed
from keyturn.recovery.models import Approval, CallerCheck, Recovery, Ticket
from tests.recovery import acts
from tests.recovery.desk import code_of, is_checked, operator, reads_out, sends_code, set_tenant, wish
from tests.recovery.test_races import AT_ONCE, race
from tests.recovery.test_races import _resolves as resolves

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def judged(monkeypatch) -> list[str]:
    """Every code that was compared."""
    compared, real = [], caller_check._digest

    def counting(check_id, code):
        compared.append(code)  # a list's append needs no lock
        return real(check_id, code)

    monkeypatch.setattr(caller_check, "_digest", counting)
    return compared


def guesses_at_once(mara, otto, judged) -> caller_check.Begun:
    begun = sends_code(mara, otto)
    code = code_of(begun)
    judged.clear()
    race(100, lambda number: type(reads_out(mara, otto, begun, f"{(int(code) + 1 + number) % 10**6:06}")))
    return begun


def test_of_a_hundred_guesses_at_once_three_are_judged(mara, otto, judged):
    begun = guesses_at_once(mara, otto, judged)
    assert len(judged) == 3 == CallerCheck.objects.get().attempts
    assert reads_out(mara, otto, begun, code_of(begun)) == Over()


def test_with_a_guard_that_looks_first_more_are_judged(mara, otto, judged, monkeypatch):
    """The control: the tries are read, and then written (CVE-2019-5421)."""
    meeting = threading.Barrier(AT_ONCE, timeout=60)

    def look_then_write(check, now):
        seen = CallerCheck.objects.get(pk=check.pk).attempts
        if seen == 0:
            meeting.wait()
        return seen < 3 and CallerCheck.objects.filter(pk=check.pk).update(attempts=seen + 1) == 1

    monkeypatch.setattr(caller_check, "count_try", look_then_write)
    guesses_at_once(mara, otto, judged)
    assert len(judged) > 3


def test_of_many_right_answers_at_once_one_passes(mara, otto):
    begun = sends_code(mara, otto)
    code = code_of(begun)
    told = race(20, lambda number: type(reads_out(mara, otto, begun, code)))
    assert told[Passed] == 1


@pytest.fixture
def approval(mara, account, otto, in_movers) -> Approval:
    set_tenant(in_movers, second_operator="all")
    return approvals.ask(wish(mara, otto), clock.now())


def seconds(tenant) -> list[Operator]:
    return [operator(tenant, f"second{number}") for number in range(8)]


def agree_at_once(approval, tenant):
    several = seconds(tenant)

    def agrees(number: int) -> type:
        mine = Approval.objects.select_related("person").get(pk=approval.pk)
        return type(agreeing.agree(mine, several[number % 8], clock.now()))

    return race(16, agrees)


def test_of_many_who_agree_at_once_one_counts(approval, in_movers):
    told = agree_at_once(approval, in_movers)
    assert told[Sent] == 1 and told[agreeing.NotYours] == 15
    assert Recovery.objects.count() == 1 == Message.objects.filter(purpose="recovery_link").count()


def test_control_without_the_guarded_moves_several_links_go(approval, in_movers, monkeypatch):
    def agreed(approval, second, now):
        approval.second_id = second.pk
        return True

    monkeypatch.setattr(approvals, "agree", agreed)
    monkeypatch.setattr(approvals, "granted", lambda wish, now: approval)
    monkeypatch.setattr(approvals, "spend", lambda approval, now: None)
    approval.second_id = approval.operator_id
    assert agree_at_once(approval, in_movers)[Sent] > 1


def sends_at_once(mara, otto, count: int):
    mine = wish(mara, otto)
    return race(count, lambda number: type(send_link(mine, clock.now())))


def test_caps_are_exact(mara, account, otto, in_movers):
    set_tenant(in_movers, resets_per_hour=3)
    told = sends_at_once(mara, otto, 20)
    assert told[Sent] == 3 and told[desk.TooMany] == 17
    assert Recovery.objects.count() == 3 and Ticket.objects.filter(state=Ticket.OPEN).count() == 1


def test_control_without_the_place_there_are_more(mara, account, otto, in_movers, monkeypatch):
    set_tenant(in_movers, resets_per_hour=3)
    monkeypatch.setattr(desk, "take_place", lambda wish, now: None)
    assert sends_at_once(mara, otto, 20)[Sent] > 3


def test_a_check_backs_one_reset(mara, account, otto, in_movers):
    set_tenant(in_movers, caller_check="required")
    is_checked(mara, otto)
    told = sends_at_once(mara, otto, 16)
    assert told[Sent] == 1
    assert set(told) <= {Sent, by_operator.Outrun, desk.CheckFirst}


def test_her_own_request_and_the_operators_at_once_leave_one_link(mara, account, otto, in_movers):
    for _ in range(3):
        acts.ask(in_movers, acts.Claim(email=acts.MARAS_EMAIL))
    mine = wish(mara, otto)

    def acts_both(number: int) -> object:
        return resolves() if number % 2 else type(send_link(mine, clock.now()))

    told = race(6, acts_both)
    assert told[Sent] == 3 and told[True] == 3
    assert Ticket.objects.filter(state=Ticket.OPEN).count() == 1


def test_compromised_twice_at_once_ends_one_password_and_no_transaction_waits_for_ever(mara, account, otto):
    mine = wish(mara, otto, is_compromised=True)
    told = race(4, lambda number: type(send_link(mine, clock.now())))
    assert told[Sent] >= 1 and set(told) <= {Sent, by_operator.Outrun}
    assert Account.objects.get().credential_epoch == told[Sent]
