"""Which tenant handles a claim: by the host name it came to, by its phone number, or by its email (M0.13, M0.14)."""

from collections.abc import Sequence
from uuid import UUID

from keyturn.people import queries
from keyturn.recovery.core.claim import Claim


def tenants_of(host_tenant: UUID | None, claim: Claim) -> tuple[UUID, ...]:
    """The tenants that must look at this claim; none when nobody anywhere is known by it."""
    if host_tenant:
        return (host_tenant,)
    email, phone = claim.email_address(), claim.phone_number()
    by_email = queries.tenants_of_email(email) if email else ()
    by_phone = queries.tenants_of_phone(phone) if phone else ()
    return choose(by_phone, by_email)


def choose(by_phone: Sequence[UUID], by_email: Sequence[UUID]) -> tuple[UUID, ...]:
    """Phone first, where it tells the email's tenants apart; otherwise every tenant that knows the email.

    A phone of one tenant with an email of another counts as somebody else's phone. With an email that nobody
    knows, the phone's tenant keeps the refusal in its request log.
    """
    told_apart = [tenant for tenant in by_email if tenant in by_phone]
    return tuple(dict.fromkeys(told_apart or by_email or by_phone))
