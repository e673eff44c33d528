"""A message is written in the transaction of what it reports; its secret opens nowhere else."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from keyturn.lib import seal, wake
from keyturn.limits import counters
from keyturn.outbox import posting
from keyturn.outbox.merge import MergeRefused
from keyturn.outbox.models import Message
from keyturn.outbox.posting import LetterRefused, call_back, post, post_notice, sms_place
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


def test_a_posted_message_waits_with_its_values_sealed(posted):
    row = Message.objects.get(pk=posted.pk)
    assert (row.state, row.channel, row.due_at) == (Message.QUEUED, "email", row.created_at)
    assert b"048213" not in bytes(row.sealed)
    assert b"048213" in seal.unseal("outbox", row.sealed, posting.sealed_for(row))


def test_the_message_id_is_fixed_when_it_is_posted(posted):
    assert posted.header_id == f"<{posted.id.hex}@127.0.0.1>"


def test_a_sealed_body_does_not_open_in_another_row(link_letter, mara, now, posted):
    other = post(link_letter, person=mara, now=now)
    with pytest.raises(seal.SealBroken):
        seal.unseal("outbox", posted.sealed, posting.sealed_for(other))
    with pytest.raises(seal.SealBroken):  # nor under another purpose in its own row
        posted.purpose = "temporary_password"
        seal.unseal("outbox", posted.sealed, posting.sealed_for(posted))


def test_what_is_rolled_back_was_never_posted(link_letter, mara, now):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post(link_letter, person=mara, now=now)
        raise ZeroDivisionError
    assert not Message.objects.exists()


def test_workers_are_woken_after_the_commit(link_letter, mara, now, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(wake, "ring", lambda: rung.append(True))
    with django_capture_on_commit_callbacks(execute=True):
        post(link_letter, person=mara, now=now)
        assert not rung
    assert rung


@pytest.mark.mission("M3.7")
def test_an_sms_never_outlives_ten_minutes(sms_letter, mara, now):
    with pytest.raises(LetterRefused):
        post(replace(sms_letter, deadline=now + timedelta(minutes=10, seconds=1)), person=mara, now=now)


@pytest.mark.parametrize(
    "values", [{}, {"LINK": "x"}, {"LINK": "x", "CODE": "1", "MORE": "y"}], ids=["nothing", "half", "too much"]
)
def test_a_purpose_takes_exactly_its_values(link_letter, mara, now, values):
    with pytest.raises(LetterRefused):
        post(replace(link_letter, values=values), person=mara, now=now)


def test_a_link_never_goes_by_sms(sms_letter, mara, now):
    letter = replace(sms_letter, purpose="recovery_link", values={"LINK": "x", "CODE": "1"})
    with pytest.raises(LetterRefused):
        post(letter, person=mara, now=now)


@pytest.mark.parametrize("sign", ["\n", "\r", "\x00", "\u2028", "\u2029", "\u0085", "\ud800"])
def test_a_value_of_two_lines_is_refused(link_letter, mara, now, sign):
    values = {"LINK": f"https://movers.example/{sign}", "CODE": "1"}
    with pytest.raises(MergeRefused):
        post(replace(link_letter, values=values), person=mara, now=now)


def test_a_letter_does_not_show_its_secret(link_letter):
    assert "048213" not in repr(link_letter)


def test_calling_back_ends_what_waits_and_destroys_the_body(posted, now):
    assert call_back([posted.id], now) == 1
    row = Message.objects.get(pk=posted.pk)
    assert (row.state, row.sealed, row.due_at) == (Message.CANCELLED, None, None)


def test_calling_back_leaves_what_was_sent(posted, now):
    Message.objects.filter(pk=posted.pk).update(state=Message.SENT)
    assert call_back([posted.id], now) == 0


def test_calling_back_does_not_reach_another_tenant(posted, labs, now):
    with scope.inside(labs.id):
        assert call_back([posted.id], now) == 0


def test_a_notice_goes_to_every_address(mara, email, phone, now):
    queued = post_notice("password_changed", [email, phone], person=mara, now=now)
    assert {message.channel for message in queued} == {"email", "sms"}


def test_a_notice_leaves_out_a_phone_without_a_working_carrier(mara, email, phone, wireless, now):
    wireless.ends_on = now.date() - timedelta(days=1)
    queued = post_notice("password_changed", [email, phone], person=mara, now=now)
    assert [message.channel for message in queued] == ["email"]


def test_notices_count_under_the_cap_too(mara, email, phone, in_movers, now):
    Tenant.objects.filter(pk=in_movers.pk).update(sms_per_day=1)
    assert sms_place(now)
    queued = post_notice("password_changed", [email, phone], person=mara, now=now)
    assert [message.channel for message in queued] == ["email"]


@pytest.mark.parametrize("cap", [0, 1, 3])
def test_the_daily_cap_is_exact(in_movers, now, cap):
    Tenant.objects.filter(pk=in_movers.pk).update(sms_per_day=cap)
    assert [sms_place(now) for _ in range(cap + 2)] == [True] * cap + [False] * 2
    assert sms_place(now + timedelta(days=1)) is (cap > 0)


def test_each_tenant_has_its_own_cap(in_movers, labs, now):
    Tenant.objects.update(sms_per_day=1)
    assert sms_place(now) and not sms_place(now)
    with scope.inside(labs.id):
        assert sms_place(now)


def test_a_place_is_given_back_when_the_caller_fails(in_movers, now):
    Tenant.objects.filter(pk=in_movers.pk).update(sms_per_day=1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert sms_place(now)
        raise ZeroDivisionError
    assert sms_place(now)


def _granted_at_once(tenant, now, callers=24):
    def ask(_):
        try:
            with scope.inside(tenant.id):
                return sms_place(now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(ask, range(callers)))


@pytest.mark.django_db(transaction=True)
def test_simultaneous_callers_get_no_place_more(movers, now):
    Tenant.objects.filter(pk=movers.pk).update(sms_per_day=5)
    assert _granted_at_once(movers, now) == 5


@pytest.mark.django_db(transaction=True)
def test_without_the_guard_the_race_above_would_fail(movers, now, monkeypatch):
    """The negative control: look first, count afterwards."""
    monkeypatch.setattr(counters, "take", counters.full_until)
    Tenant.objects.filter(pk=movers.pk).update(sms_per_day=5)
    assert _granted_at_once(movers, now) > 5
