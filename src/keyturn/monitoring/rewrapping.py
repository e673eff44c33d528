"""After a rotation of the keys every mailbox's secret is sealed anew, under the key that seals now; same secret, same
place, so that nobody notices. Until then the old key opens it.

    keyturn keys rotate ▶ this duty, some at a time ▶ keyturn keys drop, when nothing needs the old key
Each row is written by one UPDATE that names what it was made from: one that is changed meanwhile stays as it is.
"""

from django.db import transaction
from django.db.models import Q, QuerySet

from keyturn.lib import keys, points
from keyturn.monitoring import sealing
from keyturn.monitoring.models import Mailbox
from keyturn.people.models import ImportFile
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

AT_ONCE = 200
UNOPENED = "unopened"  # in the place of a key's name: none of the keys here opens it


def step() -> bool:
    """Seal some anew, of every tenant; True when there were any."""
    return any([_in_tenant(tenant_id) for tenant_id in Tenant.objects.values_list("pk", flat=True)])


def waiting() -> int:
    """How many secrets of the current tenant still need an older key. Those of mendings live for minutes alone."""
    return _old().count()


def files() -> int:
    """How many files of mailboxes are on their way with passwords in them, under whichever key: they last minutes."""
    return ImportFile.objects.filter(sealed__isnull=False).count()


def unopened() -> int:
    """How many of the current tenant's no key here opens: they have to be given anew."""
    return Mailbox.objects.filter(sealed__isnull=False, sealed_with=UNOPENED).count()


def _in_tenant(tenant_id: object) -> bool:
    with scope.inside(tenant_id):
        found = list(_old()[:AT_ONCE])
        if found:
            with transaction.atomic():
                for mailbox in found:
                    _rewrap(mailbox)
            points.reach("rewrap.sealed")
        return bool(found)


def _rewrap(mailbox: Mailbox) -> None:
    try:
        columns = sealing.resealed(mailbox)
    except sealing.SealBroken:
        columns = {"sealed_with": UNOPENED}
    same = {"secret_version": mailbox.secret_version, "sealed_with": mailbox.sealed_with}
    Mailbox.objects.filter(pk=mailbox.pk, **same).update(**columns)


def _old() -> QuerySet[Mailbox]:
    """Those of another key, as two ranges of an index."""
    current = keys.box_id(sealing.BOX)
    other = Q(sealed_with__lt=current) | Q(sealed_with__gt=current)
    return Mailbox.objects.filter(other, sealed__isnull=False).exclude(sealed_with=UNOPENED)
