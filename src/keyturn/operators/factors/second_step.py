"""The second step: proving a factor to finish signing in, or to confirm before something grave.

A try is counted before anything is compared. A session that waited for the factor ends, and another one with
another token begins: what somebody saw of the first is worth nothing afterwards.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyturn.limits import delays, patience
from keyturn.limits.delays import Schedule
from keyturn.operators import record, sessions
from keyturn.operators.factors import authenticator_app, enrolling, holding, passkeys, recovery_codes
from keyturn.operators.factors.core.codes import AppCode, SpareCode
from keyturn.operators.factors.webauthn import Answer
from keyturn.operators.models import Operator, OperatorSession
from keyturn.operators.sessions import ENROLMENT, SECOND_FACTOR, Browser, Opened, Standing

APP, PASSKEY, RECOVERY_CODE = "app", "passkey", "recovery_code"
TRIES = Schedule("second_factor", patience.pauses())


Proof = AppCode | SpareCode | Answer


@dataclass(frozen=True)
class Refused:
    """The proof was wrong, or had been used before."""


@dataclass(frozen=True)
class Wait:
    """Nothing was compared; ask again at `until`."""

    until: datetime


def owed_by(operator: Operator) -> str:
    """What an operator owes who has just typed the right password; nothing, when the password is all there is."""
    if holding.has_any(operator):
        return SECOND_FACTOR
    return ENROLMENT if enrolling.is_required(operator) else ""


def owed(session: OperatorSession) -> str:
    """What a session owes before it opens a page, the tenant's wish of this moment included."""
    if session.awaiting or session.second_factor or session.operator.is_installation_owner:
        return session.awaiting
    return ENROLMENT if session.tenant.require_second_factor else ""


def sign_in(session: OperatorSession, proof: Proof, browser: Browser, now: datetime) -> Opened | Refused | Wait:
    """Finish signing in: the waiting session ends and the real one begins."""
    if until := _count(session, now):
        return Wait(until)
    with transaction.atomic():
        factor = _accepted(session, proof, now)
        if not factor or not sessions.end(session, now):
            return _refuse(session, proof, now)
        delays.clear(TRIES, str(session.operator_id))
        opened = sessions.begin(session.operator, browser, now, Standing(second_factor=factor))
        record.about(session.operator, "operator.signed_in", at=now, source=browser.source, factor=factor)
    return opened


def confirm(session: OperatorSession, proof: Proof, now: datetime) -> bool | Wait:
    """Prove again, within a session, to be the operator; True opens the grave pages for ten minutes."""
    if until := _count(session, now):
        return Wait(until)
    with transaction.atomic():
        factor = _accepted(session, proof, now)
        if not factor or not sessions.confirm(session, now):
            _refuse(session, proof, now)
            return False
        delays.clear(TRIES, str(session.operator_id))
        record.about(session.operator, "operator.confirmed", at=now, factor=factor)
    return True


def after_enrolment(session: OperatorSession, factor: str, browser: Browser, now: datetime) -> Opened | None:
    """The factor was proven by enrolling it. The first one of an operator ends every session, and opens a new one.

    None when this session had proven a factor before: then it stays as it is.
    """
    if session.second_factor:
        return None
    with transaction.atomic():
        sessions.end_all(session.operator, now)
        opened = sessions.begin(session.operator, browser, now, Standing(second_factor=factor))
        OperatorSession.objects.filter(pk=opened.session.pk).update(tenant=session.tenant_id)  # a visit goes on
        record.about(session.operator, "operator.signed_in", at=now, source=browser.source, factor=factor)
    return opened


def _count(session: OperatorSession, now: datetime) -> datetime | None:
    return delays.count(TRIES, str(session.operator_id), now=now)


def _accepted(session: OperatorSession, proof: Proof, now: datetime) -> str:
    """The factor that was proven, or nothing."""
    match proof:
        case AppCode():
            return APP if authenticator_app.accept(session.operator, proof, now) else ""
        case SpareCode():
            return RECOVERY_CODE if recovery_codes.accept(session.operator, proof, now) else ""
        case Answer():
            return PASSKEY if passkeys.accept(session, proof, now) else ""


def _refuse(session: OperatorSession, proof: Proof, now: datetime) -> Refused:
    record.about(session.operator, "second_factor.refused", at=now, factor=_NAMES[type(proof)])
    return Refused()


_NAMES = {AppCode: APP, SpareCode: RECOVERY_CODE, Answer: PASSKEY}
