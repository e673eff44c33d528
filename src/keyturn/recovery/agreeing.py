"""A second operator agrees: a link is sent at once, in the name of the one who asked.

A password is not: nobody keeps it for an hour. The one who asked types it when the agreement is there.
"""

from dataclasses import dataclass
from datetime import datetime

from keyturn.operators.models import Operator
from keyturn.recovery import approvals, by_operator, desk
from keyturn.recovery.core.facts import Method
from keyturn.recovery.desk import Wish
from keyturn.recovery.models import Approval
from keyturn.tenants import finding


@dataclass(frozen=True)
class Agreed:
    """The one who asked may type the password now."""


@dataclass(frozen=True)
class NotYours:
    """Nobody agrees to their own wish; or somebody was first, the hour is over, the person was changed since, or the
    one who asked may not reset anybody any more."""


Outcome = Agreed | NotYours | by_operator.Outcome


def agree(approval: Approval, second: Operator, now: datetime, *, source: str = "") -> Outcome:
    """Agree, and send what was asked for. Where that is stopped now, the agreement stands until its hour is over."""
    if desk.outranks(approval.person, second):
        return desk.Outranked()
    wish = wish_of(approval, source)
    if not wish.operator.has_perm("recovery.reset_password") or not approvals.agree(approval, second, now):
        return NotYours()
    return Agreed() if approval.method == Method.MANUAL_ENTRY else by_operator.send_link(wish, now)


def wish_of(approval: Approval, source: str = "") -> Wish:
    """The wish that was agreed to, under the settings of now."""
    return Wish(
        person=approval.person,
        operator=Operator.objects.get(pk=approval.operator_id),
        tenant=finding.by_id(approval.tenant_id),
        note=approval.note,
        method=Method(approval.method),
        is_compromised=approval.is_compromised,
        source=source,
    )
