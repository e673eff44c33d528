"""Lists of operators for pages: who there is in a tenant, or, in none, who owns the installation."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from keyturn.operators.factors.models import AuthenticatorApp, Passkey
from keyturn.operators.models import InstallationEvent, Operator
from keyturn.tenants.models import Tenant


def of_tenant(tenant_id: UUID | None) -> QuerySet[Operator]:
    """The operators of a tenant, each with `has_factor`."""
    theirs = {"operator": OuterRef("pk")}
    has_factor = Exists(AuthenticatorApp.objects.filter(**theirs)) | Exists(Passkey.objects.filter(**theirs))
    return Operator.objects.filter(tenant_id=tenant_id).annotate(has_factor=has_factor)


def one(tenant_id: UUID | None, operator_id: UUID) -> Operator | None:
    """One of them; None for everybody else's."""
    return of_tenant(tenant_id).filter(pk=operator_id).first()


def events() -> QuerySet[InstallationEvent]:
    """The installation's own book."""
    return InstallationEvent.objects.all()


def names_in(book: Iterable[InstallationEvent]) -> dict[str, str]:
    """Who is meant by the actors and subjects of these lines, in two statements; whoever is gone has no name."""
    meant = {word for one in book for word in (one.actor, one.subject)}
    operators = Operator.objects.filter(pk__in=_ids("operator", meant)).values_list("pk", "username")
    tenants = Tenant.objects.filter(pk__in=_ids("tenant", meant)).values_list("pk", "name")
    return {f"operator:{pk}": name for pk, name in operators} | {f"tenant:{pk}": name for pk, name in tenants}


def _ids(kind: str, words: Iterable[str]) -> list[str]:
    return [word.removeprefix(f"{kind}:") for word in words if word.startswith(f"{kind}:")]
