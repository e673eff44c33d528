"""Many at once with the same code, the same recovery code, the same signature: one gets in."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pyotp
import pytest
from django.db import connection

from keyturn.limits import delays
from keyturn.operators import sessions
from keyturn.operators.factors import authenticator_app, enrolling, holding, passkeys, recovery_codes, second_step
from keyturn.operators.factors.core import codes
from keyturn.operators.factors.core.codes import AppCode
from keyturn.operators.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from keyturn.operators.factors.webauthn import Answer
from keyturn.operators.models import Operator, OperatorSession
from keyturn.operators.sessions import Opened, Standing
from tests import meeting, proof
from tests.operators.authenticator import SoftKey
from tests.operators.conftest import BROWSER, SITE

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 24


def at_once(act: Callable[[int], object], callers: int = CALLERS) -> list:
    def one(number: int) -> object:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, range(callers)))


@pytest.fixture
def secret(otto, now) -> str:
    proposal = authenticator_app.propose(otto, "Movers", now)
    before = now - timedelta(minutes=10)
    enrolling.add_app(otto, proposal, AppCode(pyotp.TOTP(proposal.secret).at(before)), before)
    return proposal.secret


@pytest.fixture
def doors(otto, now, monkeypatch) -> list[OperatorSession]:
    """Many browsers that know Otto's password. Guesses are counted elsewhere; here all of them may try."""
    monkeypatch.setattr(delays, "count", lambda *whom, **when: None)
    return [sessions.begin(otto, BROWSER, now, Standing(awaiting="second_factor")).session for _ in range(CALLERS)]


def opened(outcomes: list) -> int:
    return sum(isinstance(outcome, Opened) for outcome in outcomes)


def test_one_code_opens_one_of_many_doors(doors, secret, now):
    code = AppCode(pyotp.TOTP(secret).at(now))
    assert opened(at_once(lambda number: second_step.sign_in(doors[number], code, BROWSER, now))) == 1
    proof.note("parallel second steps with one code of an app", CALLERS, "1 session")


def test_control_without_the_guarded_step_it_opens_many(doors, secret, now, monkeypatch):
    monkeypatch.setattr(authenticator_app, "_take", lambda app, step, now: True)
    code = AppCode(pyotp.TOTP(secret).at(now))
    assert opened(at_once(lambda number: second_step.sign_in(doors[number], code, BROWSER, now))) == CALLERS


def test_one_recovery_code_opens_one_of_many_doors(doors, otto, now):
    code = codes.read(recovery_codes.renew(otto)[0])
    assert opened(at_once(lambda number: second_step.sign_in(doors[number], code, BROWSER, now))) == 1


def test_control_a_recovery_code_that_is_looked_at_and_then_used_opens_many(doors, otto, now, monkeypatch):
    code = codes.read(recovery_codes.renew(otto)[0])
    monkeypatch.setattr(recovery_codes, "accept", lambda operator, code, now: RecoveryCode.objects.exists())
    assert opened(at_once(lambda number: second_step.sign_in(doors[number], code, BROWSER, now))) == CALLERS


@pytest.fixture
def signature(doors, now) -> Answer:
    """What a passkey that does not count its signatures answers to the first of the doors."""
    key = SoftKey(counts=False)
    passkeys.keep(doors[0], Answer(SITE, key.creates(passkeys.invite(doors[0], SITE, now))), "Blue key", now)
    return Answer(SITE, key.signs(passkeys.ask(doors[0], SITE, now)))


def test_one_signature_opens_one_door_once(doors, signature, now):
    assert opened(at_once(lambda number: second_step.sign_in(doors[0], signature, BROWSER, now))) == 1


def test_control_a_challenge_that_stays_and_a_session_that_never_ends_open_many(doors, signature, now, monkeypatch):
    """Each of the two would be enough to let one in."""
    monkeypatch.setattr(passkeys, "_take", lambda asked: True)
    monkeypatch.setattr(sessions, "end", lambda session, now: True)
    assert opened(at_once(lambda number: second_step.sign_in(doors[0], signature, BROWSER, now))) == CALLERS


@pytest.fixture
def acts(doors, otto, movers, secret, now) -> list[Callable[[], bool]]:
    """Otto lets his app go, and his passkey; his tenant wants one of them."""
    passkeys.keep(doors[0], Answer(SITE, SoftKey().creates(passkeys.invite(doors[0], SITE, now))), "Blue key", now)
    type(movers).objects.update(require_second_factor=True)
    key = Passkey.objects.get()
    return [lambda: enrolling.remove_app(otto, now), lambda: enrolling.remove_passkey(otto, key.pk, now)]


def factors() -> int:
    return AuthenticatorApp.objects.count() + Passkey.objects.count()


def test_of_two_factors_removed_at_once_one_stays_where_the_tenant_wants_one(acts):
    at_once(lambda number: acts[number % 2]())
    assert factors() == 1


def test_control_without_the_lock_both_are_the_last_but_one(acts, monkeypatch):
    """Nor the transaction: where the database locks no row, it lets one writer in at a time."""
    monkeypatch.setattr(enrolling, "transaction", SimpleNamespace(atomic=nullcontext))
    monkeypatch.setattr(Operator.objects, "select_for_update", Operator.objects.all)
    meeting.after(monkeypatch, holding, "of", 2)
    at_once(lambda number: acts[number](), callers=2)
    assert factors() == 0
