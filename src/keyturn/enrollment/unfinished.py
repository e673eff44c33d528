"""Sign-ups after their day: those who signed in are finished, everybody else vanishes (CVE-2023-48220).

Nothing depends on when this duty comes by. A temporary password's hours are asked when it is used, and removing is
one statement that asks whether the person is still pending.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from keyturn.audit import events
from keyturn.enrollment import pins, proofs
from keyturn.enrollment.admitting import ACTOR, LIFETIME
from keyturn.enrollment.core.policy import Reason
from keyturn.enrollment.models import PinMailing, SignUp
from keyturn.people import newcomers
from keyturn.people.models import Person
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

REMOVED = "removed"  # by an operator, or with everybody who came by that PIN
NOT_FINISHED = "not_finished"
_SOME = 200  # of each kind in one go


def purge(now: datetime) -> None:
    """Tidy up in the current tenant."""
    pins.end_what_is_over(now)
    proofs.purge(now)
    finish(now)
    vanish(now)
    _forget_old(now)


def finish(now: datetime) -> int:
    """Write down who signed in, and who was turned away when they did; returns how many."""
    waiting = SignUp.objects.filter(state=SignUp.ACCEPTED)
    finished = waiting.filter(person__status__in=(Person.ACTIVE, Person.INACTIVE)).values("pk")
    done = SignUp.objects.filter(pk__in=finished).update(state=SignUp.FINISHED, ended_at=now)
    gone = waiting.filter(person=None)
    return done + gone.update(state=SignUp.REFUSED, reason=Reason.ADDRESS_TAKEN, ended_at=now)


def vanish(now: datetime) -> int:
    """Remove everybody whose day is over and who is still pending; returns how many."""
    late = Person.objects.filter(status=Person.PENDING, created_at__lte=now - LIFETIME)
    return sum(remove(person_id, NOT_FINISHED, now, actor=ACTOR) for person_id in _ids(late))


def remove(person_id: UUID, why: str, now: datetime, *, actor: str) -> bool:
    """Take one pending person off record; False when they signed in meanwhile."""
    with transaction.atomic():
        theirs = list(SignUp.objects.filter(person_id=person_id).values_list("pk", flat=True))
        if not newcomers.remove(person_id, now, actor=actor):
            return False
        vanished = {"state": SignUp.VANISHED, "reason": why, "ended_at": now}
        SignUp.objects.filter(pk__in=theirs, state=SignUp.ACCEPTED).update(**vanished)
        events.record("sign_up.lapsed", at=now, actor=actor, subject=f"person:{person_id}", reason=why)
    return True


def _ids(people) -> list[UUID]:
    return list(people.order_by("created_at").values_list("pk", flat=True)[:_SOME])


def _forget_old(now: datetime) -> None:
    """Lines of the log go as those of the request log do, and mails that are long over."""
    refused_before = now - timedelta(days=settings.KEYTURN_KEEP_REFUSALS_DAYS)
    kept_days = Tenant.objects.values_list("keep_requests_days", flat=True).get(pk=scope.current_id())
    before = now - timedelta(days=kept_days)
    refused = Q(state=SignUp.REFUSED, ended_at__lt=refused_before)
    SignUp.objects.filter(refused | Q(ended_at__lt=before)).delete()
    PinMailing.objects.filter(ended_at__lt=before).delete()
