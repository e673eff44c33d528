"""Lists of operators for pages: who there is in a tenant, or, in none, who owns the installation."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from keyturn.operators.factors.models import AuthenticatorApp, Passkey
from keyturn.operators.models import InstallationEvent, Operator


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
