"""What operators do to their own sign-in: a new password, confirming with the present one, ending sessions."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyturn.lib import hashing
from keyturn.limits import delays, patience
from keyturn.limits.delays import Schedule
from keyturn.operators import record, sessions, visits
from keyturn.operators.models import Operator, OperatorSession

TRIES = Schedule("operator_own_password", patience.pauses())


@dataclass(frozen=True)
class Wait:
    """Nothing was compared; ask again at `until`."""

    until: datetime


def confirm(session: OperatorSession, password: str, now: datetime) -> bool | Wait:
    """Prove again, by the password, to be the operator; True opens the grave pages for ten minutes."""
    proven = _is_right(session.operator, password, now)
    if proven is not True:
        return proven
    with transaction.atomic():
        if not sessions.confirm(session, now):
            return False
        record.about(session.operator, "operator.confirmed", at=now, factor="password")
    return True


def change_password(session: OperatorSession, current: str, new: str, now: datetime) -> bool | Wait:
    """Set a new password, which the caller has judged; every other session ends. False: the present one was wrong."""
    operator = session.operator
    proven = _is_right(operator, current, now)
    if proven is not True:
        return proven
    hashed = hashing.hash_password(new)
    with transaction.atomic():
        unchanged = Operator.objects.filter(pk=operator.pk, password=operator.password, is_active=True)
        if unchanged.update(password=hashed) != 1:
            return False
        ended = sessions.end_all(operator, now, but=session)
        record.about(operator, "operator.password_changed", at=now, reason="own_wish", sessions=ended)
    return True


def sign_out(session: OperatorSession, now: datetime) -> bool:
    """End this session, and the visit to a tenant that it may be on; False when it had ended already."""
    with transaction.atomic():
        if session.operator.is_installation_owner:
            visits.leave(session, now)
        if not sessions.end(session, now):
            return False
        record.about(session.operator, "operator.signed_out", at=now)
    return True


def end_session(session: OperatorSession, other_id: int, now: datetime) -> bool:
    """Sign out another browser of one's own."""
    with transaction.atomic():
        other = OperatorSession.objects.filter(operator=session.operator, pk=other_id).exclude(pk=session.pk).first()
        if other is None or not sessions.end(other, now):
            return False
        record.about(session.operator, "operator_sessions.ended", at=now, count=1)
    return True


def end_other_sessions(session: OperatorSession, now: datetime) -> int:
    """Sign out every other browser of one's own; returns how many."""
    with transaction.atomic():
        ended = sessions.end_all(session.operator, now, but=session)
        record.about(session.operator, "operator_sessions.ended", at=now, count=ended)
    return ended


def _is_right(operator: Operator, password: str, now: datetime) -> bool | Wait:
    """Count the try, then compare; a right one clears the count."""
    if until := delays.count(TRIES, str(operator.pk), now=now):
        return Wait(until)
    if not hashing.verify(password, operator.password):
        return False
    delays.clear(TRIES, str(operator.pk))
    return True
