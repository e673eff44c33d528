"""Two operators: one asks, another agrees within the hour; both are named in what the person hears.

Of any number of second operators who agree at the same moment one counts; nobody agrees to their own wish. What is
agreed to counts for one reset by the operator who asked, of the person as they were then: whoever changes an address
after asking has to ask again. See recovery/agreeing for what follows at once.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q, QuerySet

from keyturn.audit import events
from keyturn.operators.models import Operator
from keyturn.people.models import Person
from keyturn.recovery import caller_check, desk
from keyturn.recovery.caller_check import Caller
from keyturn.recovery.desk import Backing, Stopped, Wish
from keyturn.recovery.models import Approval, CallerCheck

LIFETIME = timedelta(minutes=60)
_IN_FORCE = (Approval.OPEN, Approval.APPROVED)
_UNCHANGED = Q(person__updated_at=None) | Q(person__updated_at__lte=F("created_at"))


class Spent(Exception):
    """The agreement was used, or is over; nothing may be written."""


def ask(wish: Wish, now: datetime) -> Approval | Stopped | None:
    """Ask for a second operator; asked again it is the same one. What would stop the reset anyway is said at once.

    None where nobody else has to agree.
    """
    if waiting := in_force(wish, now):
        return waiting
    check = caller_check.passed(Caller(wish.person, wish.operator, wish.tenant), now)
    _, stopped = desk.look(wish, Backing(check), now)
    if not isinstance(stopped, desk.SecondFirst):
        return stopped
    try:
        return _write(wish, check, now)
    except (IntegrityError, caller_check.Spent):  # a double click
        return in_force(wish, now) or stopped


@transaction.atomic
def _write(wish: Wish, check: CallerCheck | None, now: datetime) -> Approval:
    _of(wish).filter(state__in=_IN_FORCE).update(state=Approval.DECLINED, decided_at=now)  # what its hour ended
    if check:
        caller_check.spend(check)
    approval = Approval.objects.create(
        person=wish.person,
        method=wish.method,
        operator_id=wish.operator.pk,
        note=wish.note,
        is_compromised=wish.is_compromised,
        caller_checked=check is not None,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    told = {"method": wish.method, "note": wish.note, "source": wish.source}
    events.record("approval.asked", at=now, actor=wish.actor, subject=wish.subject, **told)
    return approval


def agree(approval: Approval, second: Operator, now: datetime) -> bool:
    """The second operator agrees; False when it is their own wish, somebody else was first, the hour is over, or the
    person was changed since."""
    with transaction.atomic():
        others = _open(approval, now).exclude(operator_id=second.pk)
        if has_changed_since(approval):
            return False
        if others.update(state=Approval.APPROVED, second_id=second.pk, decided_at=now) != 1:
            return False
        events.record("approval.agreed", at=now, **_about(approval, second))
    approval.state, approval.second_id, approval.decided_at = Approval.APPROVED, second.pk, now
    return True


def decline(approval: Approval, operator: Operator, now: datetime) -> bool:
    """Somebody says no, or the one who asked takes it back; False when it was decided before."""
    with transaction.atomic():
        if _open(approval, now).update(state=Approval.DECLINED, second_id=operator.pk, decided_at=now) != 1:
            return False
        events.record("approval.declined", at=now, **_about(approval, operator))
    return True


def in_force(wish: Wish, now: datetime) -> Approval | None:
    """What this operator asked for and can still come to something."""
    return _of(wish).filter(_UNCHANGED, state__in=_IN_FORCE, expires_at__gt=now).first()


def granted(wish: Wish, now: datetime) -> Approval | None:
    """What a second operator agreed to, not used yet."""
    return _of(wish).filter(_UNCHANGED, state=Approval.APPROVED, expires_at__gt=now).first()


def waiting(now: datetime, at_most: int = 50) -> list[Approval]:
    """Everything in this tenant that waits for a second operator, the oldest first; `corrected_at` says when an
    operator last set an address of the person, which is what whoever agrees should ask about."""
    still_open = Approval.objects.filter(_UNCHANGED, state=Approval.OPEN, expires_at__gt=now)
    corrected = Max("person__addresses__set_by_operator_at", filter=Q(person__addresses__told_until=None))
    rows = still_open.select_related("person").annotate(corrected_at=corrected).order_by("created_at")[:at_most]
    return list(rows)


def spend(approval: Approval, now: datetime) -> None:
    """Use an agreement up, inside the transaction of the reset; raises Spent."""
    mine = Approval.objects.filter(pk=approval.pk, state=Approval.APPROVED, expires_at__gt=now)
    if mine.update(state=Approval.USED) != 1 or has_changed_since(approval):
        raise Spent


def has_changed_since(approval: Approval) -> bool:
    """Whether anybody changed the person after it was asked for. Not by a join: an UPDATE over one asks once."""
    return Person.objects.filter(pk=approval.person_id, updated_at__gt=approval.created_at).exists()


def _of(wish: Wish) -> QuerySet[Approval]:
    return Approval.objects.filter(person=wish.person, method=wish.method, operator_id=wish.operator.pk)


def _open(approval: Approval, now: datetime) -> QuerySet[Approval]:
    return Approval.objects.filter(pk=approval.pk, state=Approval.OPEN, expires_at__gt=now)


def _about(approval: Approval, operator: Operator) -> dict[str, str]:
    return {
        "actor": f"operator:{operator.pk}",
        "subject": f"person:{approval.person_id}",
        "method": approval.method,
        "asked_by": f"operator:{approval.operator_id}",
    }
