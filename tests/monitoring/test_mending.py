"""Asking for a mending: the old password is compared here, counted before, and nothing is opened or reached."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.lib import clock, keys
from keyturn.limits import counters
from keyturn.monitoring import limits, links, mending, passes, proving, sealing
from keyturn.monitoring.mending import Asked, Busy, NotTaken, Over, Wait, Wish
from keyturn.monitoring.models import Mailbox, Mending, MendingLink
from keyturn.tenants import scope
from tests.monitoring.mends import NEW, OLD, SOURCE, by_link, fresh, link_to, prove_all, signed_in

pytestmark = pytest.mark.mission("M1.10")


def test_old_and_new_are_taken_and_the_new_one_is_sealed(broken, now):
    outcome = by_link(link_to(broken, now))
    assert isinstance(outcome, Asked)
    row = Mending.objects.get()
    assert (row.state, row.mailbox_id, row.secret_version) == (Mending.WAITING, broken.pk, broken.secret_version)
    assert NEW.encode() not in bytes(row.sealed)


def test_the_web_process_needs_no_key_that_opens(broken, now, monkeypatch):
    monkeypatch.setattr(keys, "worker", lambda: pytest.fail("the web process opened something"))
    token = link_to(broken, now)
    assert isinstance(by_link(token, old="wrong"), NotTaken)
    assert isinstance(by_link(token), Asked)


@pytest.mark.mission("M1.13")
def test_a_wrong_old_password_reaches_no_server(broken, now, mail_server):
    assert by_link(link_to(broken, now), old="wrong") == NotTaken()
    prove_all()
    assert mail_server.shown == []
    assert MendingLink.objects.get().attempts == 1
    assert Event.objects.get(action="mending.refused").reason == "old_password"


def test_without_the_comparison_it_would(broken, now, mail_server, monkeypatch):
    monkeypatch.setattr(sealing, "fits", lambda mailbox, secret: True)
    by_link(link_to(broken, now), old="wrong")
    prove_all()
    assert mail_server.shown == [NEW]


def test_the_link_ends_with_the_fifth_try_even_when_the_sixth_is_right(broken, now):
    token = link_to(broken, now)
    assert [by_link(token, old="wrong") for _ in range(5)] == [NotTaken()] * 5
    assert by_link(token) == Over()
    assert not Mending.objects.exists()


def test_made_up_links_are_counted_by_source(in_movers, now):
    answers = [mending.made_up(SOURCE, now) for _ in range(61)]
    assert answers[:60] == [Over()] * 60
    assert isinstance(answers[60], Wait)
    assert mending.by_link("a" * 43) is None


def test_who_presses_twice_follows_the_first_one(broken, now):
    token = link_to(broken, now)
    first, second = by_link(token), by_link(token)
    assert second.mending.pk == first.mending.pk
    assert MendingLink.objects.get().attempts == 1


def _at_once(token) -> int:
    """Five press OK in the same moment; how many new passwords wait then."""
    tenant_id, together = scope.current_id(), Barrier(5)
    owners = [mending.by_link(token) for _ in range(5)]

    def racer(owner) -> None:
        try:
            with scope.inside(tenant_id):
                together.wait(30)
                mending.ask(owner, Wish(OLD, NEW, SOURCE), clock.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as racers:
        list(racers.map(racer, owners))
    return Mending.objects.count()


@pytest.mark.django_db(transaction=True)
def test_of_five_who_ask_at_once_one_is_asked_for(broken, now):
    assert _at_once(link_to(broken, now)) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_there_would_be_more(broken, now, monkeypatch):
    monkeypatch.setattr(mending, "_running", lambda mailbox, now: None)
    assert _at_once(link_to(broken, now)) == 5


def test_nobody_else_asks_meanwhile(broken, now):
    by_link(link_to(broken, now))
    assert signed_in(broken) == Busy()
    assert Mending.objects.count() == 1


def test_what_no_worker_took_in_ten_minutes_stands_in_nobodys_way(broken, now):
    by_link(link_to(broken, now))
    Mending.objects.update(created_at=now - timedelta(minutes=11))
    assert isinstance(signed_in(broken), Asked)


def test_after_three_sign_ins_in_an_hour_one_waits_and_loses_no_try(broken, now):
    token = link_to(broken, now)
    for _ in range(3):
        counters.take(limits.SIGN_INS_BY_MAILBOX, str(broken.pk), now=now)
    assert isinstance(by_link(token), Wait)
    assert MendingLink.objects.get().attempts == 0


def test_signed_in_five_tries_an_hour(broken):
    assert [signed_in(broken, old="wrong") for _ in range(5)] == [NotTaken()] * 5
    assert isinstance(signed_in(broken), Wait)


def test_nobody_mends_the_mailbox_of_somebody_else(broken, in_movers):
    assert mending.by_person(in_movers.id, broken.pk) is None
    assert mending.by_person(broken.person_id, in_movers.id) is None


def test_where_none_is_kept_the_signed_in_owner_gives_one(broken):
    Mailbox.objects.update(state=Mailbox.EMPTY, sealed=None, verifier="")
    assert not mending.wants_old(mending.by_person(broken.person_id, broken.pk), clock.now())
    assert isinstance(signed_in(broken, old=""), Asked)


def test_where_none_is_kept_a_link_opens_nothing(broken, now):
    token = link_to(broken, now)
    Mailbox.objects.update(state=Mailbox.EMPTY, sealed=None, verifier="")
    assert by_link(token, old="") == NotTaken()


@pytest.mark.mission("M1.13")
def test_an_operator_lets_the_owner_in_once_without_the_old_password(broken, now, mail_server):
    token = link_to(broken, now)
    assert by_link(token, old="") == NotTaken()
    until = passes.give(broken, now, actor="operator:otto")
    assert until == now + timedelta(hours=24)
    assert isinstance(by_link(token, old=""), Asked)
    prove_all()
    assert fresh(broken).may_mend_blind_until is None
    assert signed_in(broken, old="") == NotTaken()
    actions = list(Event.objects.order_by("at").values_list("action", "actor", "reason"))
    assert ("mailbox_pass.issued", "operator:otto", "") in actions
    assert ("mending.asked", "anonymous", "without_old_password") in actions


def test_a_pass_lasts_a_day_and_can_be_taken_back(broken, now):
    token = link_to(broken, now)
    passes.give(broken, now - timedelta(hours=25), actor="operator:otto")
    assert by_link(token, old="") == NotTaken()
    passes.give(broken, now, actor="operator:otto")
    assert passes.take_back(fresh(broken), now, actor="operator:otto")
    assert not passes.take_back(fresh(broken), now, actor="operator:otto")
    assert by_link(token, old="") == NotTaken()


def test_under_a_pass_tries_are_counted_all_the_same(broken, now, mail_server):
    mail_server.code = mail_server.code.AUTHENTICATION_FAILED
    passes.give(broken, now, actor="operator:otto")
    token = link_to(broken, now)
    for number in range(3):
        assert isinstance(by_link(token, old="", new=f"guess {number}"), Asked)
        prove_all()
    assert isinstance(by_link(token, old="", new="guess 4"), Wait)
    assert len(mail_server.shown) == 3


def test_nothing_shows_a_password(broken, now):
    wish = Wish(OLD, NEW, SOURCE)
    by_link(link_to(broken, now))
    told = repr([wish, list(Event.objects.values()), list(Mending.objects.values())])
    assert OLD not in told
    assert NEW not in told


def test_old_rows_go_after_a_month(broken, now, mail_server):
    by_link(link_to(broken, now))
    prove_all()
    assert mending.purge(now + timedelta(days=29)) == 0
    assert mending.purge(now + timedelta(days=40)) == 2
    assert not links.alive(now).exists()
    assert not proving.step()
