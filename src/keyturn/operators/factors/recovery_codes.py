"""Recovery codes: each opens the door once when the app or the key is lost. Shown once, kept as keyed digests."""

from datetime import datetime

from django.db import transaction

from keyturn.lib import digest
from keyturn.operators.factors.core import codes
from keyturn.operators.factors.core.codes import SpareCode
from keyturn.operators.factors.models import RecoveryCode
from keyturn.operators.models import Operator


def renew(operator: Operator) -> list[str]:
    """A new set, as it is written on paper; the former set ends. The caller audits."""
    drawn = codes.draw_recovery_codes()
    with transaction.atomic():
        RecoveryCode.objects.filter(operator=operator).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(operator=operator, digest=_digest_of(operator, code)) for code in drawn
        )
    return [codes.shown(code) for code in drawn]


def accept(operator: Operator, code: SpareCode, now: datetime) -> bool:
    """Whether this is one of the operator's unused codes; it is used now."""
    unused = RecoveryCode.objects.filter(operator=operator, digest=_digest_of(operator, code.text), used_at=None)
    return unused.update(used_at=now) == 1


def _digest_of(operator: Operator, code: str) -> str:
    return digest.keyed("operator_recovery_code", str(operator.pk), code)
