"""Temporary passwords stand beside the original, work once, and can only die."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from keyturn.audit.models import Event
from keyturn.directories import pending, registry
from keyturn.directories.base import Verdict
from keyturn.directories.models import Account, StoredPassword, TemporaryPassword
from keyturn.lib import hashing
from keyturn.tenants import scope
from tests import meeting, proof
from tests.directories.acts import try_use
from tests.directories.conftest import ORIGINAL

BY_EMAIL, BY_SMS = "Kestrel7wX", "Harbour9pQ"
BROWSERS = proof.count(20, full=100)
LIVE, USED, DEAD = TemporaryPassword.LIVE, TemporaryPassword.USED, TemporaryPassword.DEAD
CANCELLED, SUPERSEDED = TemporaryPassword.CANCELLED, TemporaryPassword.SUPERSEDED


@pytest.fixture
def issue(account, now):
    """Issues one to Mara; what is not said is ordinary."""

    def issue(channel="email", text=BY_EMAIL, **terms) -> TemporaryPassword:
        lifetime = timedelta(minutes=60 if channel == "email" else 10)
        ordinary = {"message_id": uuid4(), "recovery_id": None, "expires_at": now + lifetime, "epoch": 0}
        with transaction.atomic():
            return pending.issue(account, channel, now=now, hash=hashing.hash_password(text), **ordinary | terms)

    return issue


@pytest.fixture
def by_email(issue):
    return issue()


@pytest.fixture
def by_sms(issue):
    return issue("sms", BY_SMS)


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """Every hash that signing in costs."""
    spent, verify, waste = [], hashing.verify, hashing.waste
    monkeypatch.setattr(hashing, "verify", lambda *given: spent.append("verify") or verify(*given))
    monkeypatch.setattr(hashing, "waste", lambda: spent.append("waste") or waste())
    return spent


def state(row: TemporaryPassword) -> str:
    return TemporaryPassword.objects.get(pk=row.pk).state


@pytest.mark.mission("M0.3")
def test_each_channel_has_its_own_and_either_works_once(account, by_email, by_sms, now):
    used = try_use(account, BY_SMS, now)
    assert used == by_sms and used.state == USED
    assert (state(by_sms), state(by_email)) == (USED, CANCELLED)
    assert try_use(account, BY_SMS, now) is None
    assert try_use(account, BY_EMAIL, now) is None


@pytest.mark.mission("M0.4")
@pytest.mark.parametrize(
    "end",
    [
        lambda row, account, now: pending.kill_by_message(row.message_id, now),
        lambda row, account, now: pending.cancel(account, now, "original_used"),
        lambda row, account, now: try_use(account, BY_EMAIL, now),
        lambda row, account, now: try_use(account, BY_EMAIL, now + timedelta(days=1)),
        lambda row, account, now: try_use(account, "wrong", now),
    ],
    ids=["undelivered", "cancelled", "used", "expired", "guessed at"],
)
def test_whatever_happens_to_it_the_original_is_untouched(account, by_email, now, end):
    before = StoredPassword.objects.get().hash
    end(by_email, account, now)
    assert StoredPassword.objects.get().hash == before
    assert registry.connect("builtin").verify(account, ORIGINAL) is Verdict.ACCEPTED


def test_asking_again_supersedes_the_channel_and_leaves_the_other(account, by_email, by_sms, issue, now):
    newer = issue(text="Lantern5tR")
    assert (state(by_email), state(newer), state(by_sms)) == (SUPERSEDED, LIVE, LIVE)
    assert try_use(account, BY_EMAIL, now) is None
    assert try_use(account, "Lantern5tR", now) == newer


@pytest.mark.mission("M3.7")
def test_it_ends_at_its_time_to_the_second(account, by_email, now):
    assert try_use(account, BY_EMAIL, by_email.expires_at) is None
    assert try_use(account, BY_EMAIL, by_email.expires_at - timedelta(seconds=1)) == by_email


def test_it_is_worth_nothing_while_its_message_is_dead(account, by_email, now):
    assert try_use(account, BY_EMAIL, now, {by_email.message_id}) is None
    assert state(by_email) == LIVE


def test_it_is_worth_nothing_under_another_epoch(account, issue, now):
    issue(epoch=account.credential_epoch + 1)
    assert pending.candidates(account) == []
    assert try_use(account, BY_EMAIL, now) is None


def test_another_tenants_are_not_found(account, by_email, labs, now):
    with scope.inside(labs.id):
        assert try_use(account, BY_EMAIL, now) is None


@pytest.mark.parametrize("whose", ["both", "email alone", "none", "exhausted", "expired", "dead", "nobody"])
def test_trying_always_costs_two_hashes_and_two_writes(account, issue, hashes, now, whose):
    rows = [] if whose in {"none", "nobody"} else [issue()]
    rows += [issue("sms", BY_SMS)] if whose == "both" else []
    if whose == "exhausted":
        TemporaryPassword.objects.update(attempts=pending.MOST_TRIES)
    if whose == "expired":
        TemporaryPassword.objects.update(expires_at=now)
    dead = {row.message_id for row in rows} if whose == "dead" else set()
    with CaptureQueriesContext(connection) as statements:
        assert try_use(None if whose == "nobody" else account, "Wrong23456", now, dead) is None
    writes = [text["sql"] for text in statements if "RETURNING hits" in text["sql"] or _counts(text["sql"])]
    assert len(writes) == 2
    assert len(hashes) == 2
    assert hashes.count("verify") == {"both": 2, "email alone": 1}.get(whose, 0)


def test_after_a_hundred_wrong_tries_even_the_right_one_fails(account, by_email, now):
    TemporaryPassword.objects.update(attempts=pending.MOST_TRIES - 1)
    assert try_use(account, "Wrong23456", now) is None
    assert try_use(account, BY_EMAIL, now) is None
    assert TemporaryPassword.objects.get().attempts == pending.MOST_TRIES


def test_without_the_counter_guessing_goes_on(account, by_email, now, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(pending, "MOST_TRIES", 10**4)
    TemporaryPassword.objects.update(attempts=100)
    assert try_use(account, BY_EMAIL, now) == by_email


def test_undelivered_kills_once_and_wakes_nothing(account, by_email, by_sms, now):
    assert pending.kill_by_message(by_email.message_id, now)
    assert not pending.kill_by_message(by_email.message_id, now)
    assert not pending.kill_by_message(uuid4(), now)
    assert (state(by_email), state(by_sms)) == (DEAD, LIVE)
    assert try_use(account, BY_EMAIL, now) is None


def test_news_of_a_message_comes_too_late_for_what_was_used(account, by_email, now):
    try_use(account, BY_EMAIL, now)
    assert not pending.kill_by_message(by_email.message_id, now)
    assert state(by_email) == USED


def test_cancelling_names_the_messages_to_call_back(account, by_email, by_sms, now):
    assert set(pending.cancel(account, now, "original_used")) == {by_email.message_id, by_sms.message_id}
    assert pending.cancel(account, now, "original_used") == []
    assert Event.objects.filter(action="temporary_password.cancelled").count() == 1


def test_in_force_until_replaced(account, by_email, now):
    assert pending.in_force(account) is None
    try_use(account, BY_EMAIL, now)
    assert pending.in_force(account) == by_email
    assert pending.all_replaced(account, now) == 1
    assert pending.all_replaced(account, now) == 0
    assert pending.in_force(account) is None


def test_no_secret_stands_in_row_or_event(account, by_email, now):
    used = try_use(account, BY_EMAIL, now)
    assert BY_EMAIL not in repr(used) + repr(used.__dict__) + str(used)
    assert BY_EMAIL not in repr(list(Event.objects.values()))


def _counts(statement: str) -> bool:
    return statement.startswith("UPDATE") and "attempts" in statement


def _sign_in_at_once(account: Account, text: str, now, browsers: int = BROWSERS) -> int:
    """Many browsers with one temporary password; how many got in."""

    def browser(_number: int) -> bool:
        try:
            with scope.inside(account.tenant_id):
                mine = Account.objects.get(pk=account.pk)
                return try_use(mine, text, now) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(browsers) as all_of_them:
        return sum(all_of_them.map(browser, range(browsers)))


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_sign_ins_exactly_one_wins(account, by_email, by_sms, now):
    assert _sign_in_at_once(account, BY_EMAIL, now) == 1
    assert (state(by_email), state(by_sms)) == (USED, CANCELLED)
    assert Event.objects.filter(action="temporary_password.used").count() == 1
    proof.note("parallel sign-ins with one temporary password", BROWSERS, "1 got in")


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_all_of_them_would_win(account, by_email, now, monkeypatch):
    """The control of the test above: all have tried the living row, and the move names no state that it leaves."""

    def end_unguarded(row, now, state, **_conditions):
        return TemporaryPassword.objects.filter(pk=row.pk).update(state=state, ended_at=now) == 1

    monkeypatch.setattr(pending, "_end", end_unguarded)
    meeting.after(monkeypatch, pending, "_fitting", 8)
    assert _sign_in_at_once(account, BY_EMAIL, now, browsers=8) == 8


@pytest.mark.django_db(transaction=True)
def test_simultaneous_use_of_both_channels_lets_one_in(account, by_email, by_sms, now):
    def browser(text: str) -> bool:
        try:
            with scope.inside(account.tenant_id):
                return try_use(account, text, now) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as browsers:
        assert sum(browsers.map(browser, [BY_EMAIL, BY_SMS] * 8)) == 1
    assert sorted([state(by_email), state(by_sms)]) == [CANCELLED, USED]


@pytest.mark.django_db(transaction=True)
def test_simultaneous_guesses_are_all_counted(account, by_email, now):
    TemporaryPassword.objects.update(attempts=pending.MOST_TRIES - 5)
    assert _sign_in_at_once(account, "Wrong23456", now) == 0
    assert TemporaryPassword.objects.get().attempts == pending.MOST_TRIES


@pytest.mark.django_db(transaction=True)
def test_simultaneous_requests_leave_one_live(account, issue, now):
    def worker(number: int) -> None:
        try:
            with scope.inside(account.tenant_id):
                issue(text=f"Kestrel{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(worker, range(8)))
    assert TemporaryPassword.objects.filter(state=LIVE).count() == 1
    assert TemporaryPassword.objects.filter(state=SUPERSEDED).count() == 7
