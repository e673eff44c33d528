"""A password told on the telephone: judged first, temporary unless the tenant says otherwise, beside the original."""

import json
from datetime import timedelta

import pytest

from keyturn.access import own_password, sessions, sign_in
from keyturn.access.models import Session
from keyturn.access.sign_in import Credentials, SignedIn
from keyturn.audit.models import Event
from keyturn.directories.base import DirectoryUnreachable, PasswordRefused, Verdict
from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.models import Account, StoredPassword, TemporaryPassword
from keyturn.lib import clock, hashing
from keyturn.outbox.models import Message
from keyturn.recovery import desk, purge
from keyturn.recovery.by_operator import DirectoryDown
from keyturn.recovery.core.policy import Reason, Refused
from keyturn.recovery.manual_entry import Entered, Entry, NoteTells, NotTaken, Weak, enter
from keyturn.recovery.models import Recovery
from keyturn.tenants.models import Tenant
from tests.recovery import acts
from tests.recovery.desk import TOLD, operator, set_tenant, wish


def enters(person, by, password=TOLD, temporary=True, **more) -> object:
    return enter(wish(person, by, **more), Entry(password, temporary), clock.now())


def tries(password: str, now=None) -> object:
    typed = Credentials(acts.MARAS_EMAIL, password, "", "198.51.100.9", Session.WEB)
    return sign_in.sign_in(typed, Tenant.objects.get(slug="movers"), now or clock.now())


@pytest.mark.mission("M0.6", "M3.4", "M3.7")
def test_the_told_password_opens_a_session_that_must_choose_another(mara, account, otto):
    entered = enters(mara, otto)
    assert isinstance(entered, Entered) and entered.expires_at
    signed_in = tries(TOLD)
    assert isinstance(signed_in, SignedIn) and signed_in.must_change_password
    assert not isinstance(tries(TOLD), SignedIn)  # it worked once
    session = sessions.resolve(signed_in.token, Session.WEB, clock.now())
    change = lambda new: own_password.change(session, own_password.NewOwn(new), "198.51.100.9", clock.now())  # noqa: E731
    assert change(TOLD).judgement.failures == ("same_as_temporary",)
    assert isinstance(change(acts.NEW_PASSWORD), own_password.Changed)
    purge.close(clock.now())
    assert Recovery.objects.get().state == Recovery.COMPLETED


@pytest.mark.mission("M0.4")
def test_the_original_works_beside_it_and_ends_it(mara, account, otto):
    before = StoredPassword.objects.get().hash
    enters(mara, otto)
    assert StoredPassword.objects.get().hash == before
    assert not tries(acts.MARAS_PASSWORD).must_change_password
    assert TemporaryPassword.objects.get().state == TemporaryPassword.CANCELLED
    assert not isinstance(tries(TOLD), SignedIn)


@pytest.mark.mission("M3.7")
def test_it_ends_after_the_tenants_minutes(mara, account, otto, in_movers):
    set_tenant(in_movers, ticket_expiration_minutes=5)
    now = clock.now()
    entered = enters(mara, otto)
    assert timedelta(minutes=4, seconds=50) < entered.expires_at - now < timedelta(minutes=5, seconds=50)
    assert not isinstance(tries(TOLD, entered.expires_at), SignedIn)


@pytest.mark.mission("M3.7")
def test_always_temporary_is_the_tenants_word(mara, account, otto, in_movers):
    enters(mara, otto, temporary=False)
    assert Account.objects.get().credential_epoch == 0
    set_tenant(in_movers, manual_entry_always_temporary=False)
    assert enters(mara, otto, temporary=False).expires_at is None
    assert not tries(TOLD).must_change_password
    assert Builtin().verify(Account.objects.get(), acts.MARAS_PASSWORD) is Verdict.REJECTED


@pytest.mark.mission("M3.6")
def test_after_a_change_she_hears_of_it_everywhere(mara, account, otto, in_movers):
    set_tenant(in_movers, manual_entry_always_temporary=False)
    enters(mara, otto, temporary=False)
    for purpose in ("password_changed", "reset_by_operator"):
        told = Message.objects.filter(purpose=purpose).values_list("channel", flat=True)
        assert sorted(told) == ["email", "sms"]


def test_a_temporary_one_is_told_everywhere_too(mara, account, otto):
    enters(mara, otto)
    assert Message.objects.filter(purpose="reset_by_operator").count() == 2
    assert not Message.objects.filter(purpose="password_changed").exists()


@pytest.mark.mission("M3.3")
def test_switched_off_it_does_not_exist(mara, account, otto, in_movers):
    set_tenant(in_movers, allow_manual_entry=False)
    assert enters(mara, otto) == Refused(Reason.METHOD_DISALLOWED)
    assert not TemporaryPassword.objects.exists() and not Recovery.objects.exists()


@pytest.mark.mission("M3.5")
@pytest.mark.parametrize("password", ["short", "password1234", "Mara Lind 2026", acts.MARAS_EMAIL])
def test_a_weak_one_is_refused_before_anything_happens(mara, account, otto, password):
    answer = enters(mara, otto, password)
    assert isinstance(answer, Weak) and not answer.judgement.acceptable
    assert not TemporaryPassword.objects.exists() and not Message.objects.exists()
    assert not Event.objects.filter(actor=f"operator:{otto.pk}").exists()


@pytest.mark.mission("M3.5")
def test_the_classic_set_is_one_of_the_choices(mara, account, otto, in_movers):
    set_tenant(in_movers, password_preset="classic")
    refused = enters(mara, otto, "copper lantern over a meadow")
    assert set(refused.judgement.failures) == {"needs_capital", "needs_number"}
    assert isinstance(enters(mara, otto, "Copper7 lantern, over a meadow!"), Entered)


def test_the_reason_may_not_tell_the_password(mara, account, otto):
    assert enters(mara, otto, note=f"told {TOLD}") == NoteTells()


def test_the_password_is_kept_nowhere(mara, account, otto):
    entered = enters(mara, otto)
    rows = [*Event.objects.values(), *Recovery.objects.values(), *TemporaryPassword.objects.values()]
    rows += [acts.values_of(one) for one in Message.objects.all()]
    assert TOLD not in json.dumps([repr(entered), repr(Entry(TOLD)), *rows], default=str)


def test_compromised_ends_the_original_at_once(mara, account, otto):
    enters(mara, otto, is_compromised=True)
    assert not isinstance(tries(acts.MARAS_PASSWORD), SignedIn)
    assert tries(TOLD).must_change_password


def test_a_second_one_takes_the_place_of_the_first(mara, account, otto):
    enters(mara, otto)
    enters(mara, otto, acts.NEW_PASSWORD)
    assert not isinstance(tries(TOLD), SignedIn)
    assert tries(acts.NEW_PASSWORD).must_change_password


def test_a_person_without_any_password_gets_the_first_one_so(mara, account, otto):
    StoredPassword.objects.all().delete()
    enters(mara, otto)
    assert tries(TOLD).must_change_password


def test_failures_before_it_was_set_weigh_nothing(mara, account, otto):
    for number in range(8):
        tries(f"wrong {number}")
    assert isinstance(tries(acts.MARAS_PASSWORD), sign_in.Wait)
    enters(mara, otto)
    assert isinstance(tries(TOLD), SignedIn)


def test_sign_in_costs_one_hash_whether_one_waits_or_not(mara, account, otto, monkeypatch):
    done, real = [], hashing._compute
    monkeypatch.setattr(hashing, "_compute", lambda text, stored: done.append(text) or real(text, stored))
    tries("wrong before")
    before = len(done)
    for compromised in (False, True):
        enters(mara, otto, is_compromised=compromised)
        done.clear()
        tries("wrong after")
        assert len(done) == before == 1


def test_control_under_a_salt_of_its_own_it_would_cost_two(mara, account, otto, monkeypatch):
    monkeypatch.setattr(Builtin, "hash_beside", lambda self, account, text: hashing.hash_password(text))
    enters(mara, otto)
    done, real = [], hashing._compute
    monkeypatch.setattr(hashing, "_compute", lambda text, stored: done.append(text) or real(text, stored))
    tries("wrong")
    assert len(done) == 2


def test_nobody_sets_the_password_of_a_superior(mara, account, otto, in_movers):
    operator(in_movers, "mara", "owner")
    assert enters(mara, otto) == desk.Outranked()


def test_it_takes_a_place_under_the_operators_cap(mara, account, otto, in_movers):
    set_tenant(in_movers, resets_per_hour=1)
    assert isinstance(enters(mara, otto), Entered)
    assert isinstance(enters(mara, otto), desk.TooMany)


def test_a_bounced_address_is_what_it_is_for(mara, account, otto):
    mara.addresses.update(bounced_at=clock.now())
    assert isinstance(enters(mara, otto), Entered)


def test_a_directory_of_one_password_takes_no_temporary_one(mara, account, otto, monkeypatch):
    monkeypatch.setattr(Builtin, "can_hold_pending", False)
    assert enters(mara, otto) == Refused(Reason.DIRECTORY_HOLDS_ONE)


@pytest.mark.parametrize(("problem", "answer"), [
    (DirectoryUnreachable(), DirectoryDown()), (PasswordRefused("was used before"), NotTaken("was used before")),
])  # fmt: skip
def test_the_directory_says_no(mara, account, otto, in_movers, monkeypatch, problem, answer):
    def says(self, account, new):
        raise problem

    set_tenant(in_movers, manual_entry_always_temporary=False)
    monkeypatch.setattr(Builtin, "reach_out", says)
    assert enters(mara, otto, temporary=False) == answer
    assert not Recovery.objects.exists() and not Message.objects.exists()


def test_the_record_names_operator_reason_and_kind(mara, account, otto):
    enters(mara, otto)
    event = Event.objects.get(action="password.entered")
    assert event.actor == f"operator:{otto.pk}" and event.data["temporary"] is True
    row = Recovery.objects.get()
    assert (row.method, row.state, row.rules[0]) == ("manual_entry", "open", ["suspended_tenant", "passed"])
