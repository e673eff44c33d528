"""The rank of a person: that of the operator whose email address is the person's own.

Somebody who rules the console must not lose their own account to a colleague who may reset people.
"""

from collections.abc import Iterable

from keyturn.lib import addresses
from keyturn.operators.models import Operator
from keyturn.tenants import scope

NOBODY = 0  # the rank of everybody who is no operator


def of_addresses(emails: Iterable[str]) -> int:
    """The highest rank among the tenant's active operators who have one of these email addresses.

    They are compared with ASCII letters lowered, as `people.Address.lowered` keeps them.
    """
    theirs = set(emails)
    if not theirs:
        return NOBODY
    staff = Operator.objects.filter(tenant_id=scope.current_id(), is_active=True).exclude(email="")
    return max((one.rank for one in staff.only("email", "role", "tenant_id") if _lowered(one) in theirs), default=0)


def is_own(operator: Operator, emails: Iterable[str]) -> bool:
    """Whether these are addresses of the operator's own person."""
    return bool(operator.email) and _lowered(operator) in set(emails)


def _lowered(operator: Operator) -> str:
    try:
        return addresses.parse(operator.email).lowered
    except addresses.AddressRefused:
        return ""
