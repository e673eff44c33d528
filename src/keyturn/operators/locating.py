"""The location by whose mail servers an operator writes (M2.8): chosen by the operator, or by who rules over them.

A location is a row of the outbox, one floor up, so whoever calls has looked that it is this tenant's.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from keyturn.operators import record, staff
from keyturn.operators.models import Operator, OperatorSession
from keyturn.operators.staff import Acting, Refusal


@transaction.atomic
def choose(session: OperatorSession, location_id: UUID | None, now: datetime) -> None:
    """Write from there from now on; None: by the organization's own servers."""
    set_location(session.operator, location_id, now, actor=record.of(session.operator))


def assign(acting: Acting, operator_id: UUID, location_id: UUID | None, now: datetime) -> Operator | Refusal:
    """Have another operator write from there."""

    def act(actor: Operator, other: Operator) -> Operator:
        set_location(other, location_id, now, actor=record.of(actor))
        return other

    return staff.upon(acting, operator_id, act)


def set_location(operator: Operator, location_id: UUID | None, now: datetime, *, actor: str) -> None:
    """Write it down, inside the caller's transaction: what is told as `before` is what this change replaced."""
    before = Operator.objects.select_for_update().values_list("default_location_id", flat=True).get(pk=operator.pk)
    if before == location_id:
        return
    Operator.objects.filter(pk=operator.pk).update(default_location=location_id)
    told = {"location": str(location_id or ""), "before": str(before or "")}
    record.about(operator, "operator.location_changed", at=now, actor=actor, **told)
