"""Welcome links by mail: the link by which an operator chooses a password goes to the operator's own mailbox.

Whoever invited does not see it then. It is handed over on the page only where no mail can go: the operator has no
email, belongs to no organization (an owner of the installation), or nothing is set up that sends. So is an owner's
where the organization has mail servers of its own: an administrator names those, and could read it there and rise.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction

from keyturn.lib import addresses
from keyturn.operators import record, staff, tenancies, welcome
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.operators.staff import Acting, Invited, NewOperator
from keyturn.operators.tenancies import NewTenant
from keyturn.outbox import posting, profiles, purposes
from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter
from keyturn.tenants import scope

PATH = "/console/welcome/"  # where the console looks for the token
_PURPOSE = purposes.OPERATOR_WELCOME
_Refusal = TypeVar("_Refusal", staff.Refusal, tenancies.Refusal)


@dataclass(frozen=True)
class Mailed:
    """The link is on its way to the operator's own address."""

    operator: Operator


@transaction.atomic
def invite(acting: Acting, new: NewOperator, now: datetime) -> Invited | Mailed | staff.Refusal:
    """Put an operator on record and mail the link, or hand it back where no mail can go."""
    return _handed_over(staff.invite(acting, new, now), acting.operator, now)


@transaction.atomic
def renew(acting: Acting, operator_id: UUID, now: datetime) -> Invited | Mailed | staff.Refusal:
    """A new link for who never used the first, or lost the password; the earlier one ends, on its way or not."""
    outcome = staff.renew_welcome(acting, operator_id, now)
    if isinstance(outcome, Invited) and outcome.operator.tenant_id:
        _call_back(outcome.operator, now)
    return _handed_over(outcome, acting.operator, now)


@transaction.atomic
def create(new: NewTenant, owner: Operator, now: datetime) -> Invited | Mailed | tenancies.Refusal:
    """Make an organization, whose first owner gets the link."""
    return _handed_over(tenancies.create(new, owner, now), owner, now)


def _handed_over(outcome: Invited | _Refusal, by: Operator, now: datetime) -> Invited | Mailed | _Refusal:
    if not isinstance(outcome, Invited) or outcome.operator.tenant_id is None:
        return outcome
    operator = outcome.operator
    location_id = by.default_location_id if by.tenant_id == operator.tenant_id else None  # a visitor's is elsewhere
    with scope.inside(operator.tenant_id):
        if not _can_be_mailed(operator, location_id):
            return outcome
        _mail(outcome, location_id, now)
    return Mailed(operator)


def _mail(invited: Invited, location_id: UUID | None, now: datetime) -> None:
    operator = invited.operator
    values = {"LINK": _link(operator, invited.token), "USERNAME": operator.username}
    letter = Letter(_PURPOSE, operator.email, values, now + welcome.LIFETIME, location_id=location_id)
    message = posting.post_elsewhere(letter, now=now)
    record.about(operator, "operator.welcome_mailed", at=now, actor="keyturn", message=str(message.pk))


def _call_back(operator: Operator, now: datetime) -> None:
    """What still waits for the same mailbox carries a link that just ended."""
    with scope.inside(operator.tenant_id):
        theirs = Message.objects.filter(purpose=_PURPOSE, state__in=Message.WAITING, elsewhere=_mailbox(operator))
        posting.call_back(theirs.exclude(elsewhere="").values_list("pk", flat=True), now)


def _link(operator: Operator, token: str) -> str:
    return f"{operator.tenant.public_url.rstrip('/')}{PATH}{token}"


def _mailbox(operator: Operator) -> str:
    """The operator's address as messages know it; empty when there is none that can be."""
    try:
        return addresses.parse(operator.email).raw
    except addresses.AddressRefused:
        return ""


def _can_be_mailed(operator: Operator, location_id: UUID | None) -> bool:
    """Whether mail can leave from here to there at all."""
    mailbox = _mailbox(operator)
    if not mailbox or (settings.KEYTURN_IS_SECURE and addresses.is_reserved(mailbox)):
        return False
    own = profiles.names(location_id)
    return operator.role != Role.OWNER if own else bool(settings.KEYTURN_EMAIL_URL)
