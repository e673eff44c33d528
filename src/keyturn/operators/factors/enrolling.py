"""Getting a factor, and letting one go. Whoever calls has made sure that it is the operator, just now."""

from datetime import datetime

from django.db import transaction

from keyturn.operators import record
from keyturn.operators.factors import authenticator_app, holding, passkeys, recovery_codes
from keyturn.operators.factors.authenticator_app import Proposal
from keyturn.operators.factors.core.codes import AppCode
from keyturn.operators.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from keyturn.operators.factors.webauthn import Answer
from keyturn.operators.models import Operator, OperatorSession
from keyturn.tenants.models import Tenant


def add_app(operator: Operator, proposal: Proposal, code: AppCode, now: datetime) -> bool:
    """Keep the proposed app, in place of a former one; False when the code is not the app's."""
    with transaction.atomic():
        if not authenticator_app.keep(operator, proposal, code, now):
            return False
        record.about(operator, "second_factor.added", at=now, factor="app")
    return True


def add_passkey(session: OperatorSession, answer: Answer, named: str, now: datetime) -> bool:
    """Keep a new passkey; False when it did not answer what this session was asked, or is known already."""
    with transaction.atomic():
        kept = passkeys.keep(session, answer, named, now)
        if kept:
            record.about(session.operator, "second_factor.added", at=now, factor="passkey", name=kept.name)
    return kept is not None


def new_recovery_codes(operator: Operator, now: datetime) -> list[str]:
    """A new set of recovery codes; the former set ends."""
    with transaction.atomic():
        drawn = recovery_codes.renew(operator)
        record.about(operator, "recovery_codes.renewed", at=now)
    return drawn


def remove_app(operator: Operator, now: datetime) -> bool:
    """Let one's own app go; False when it is the last factor and the tenant wants one."""
    return _remove(operator, AuthenticatorApp.objects.filter(operator=operator), "app", now)


def remove_passkey(operator: Operator, passkey_id: int, now: datetime) -> bool:
    """Let one of one's own passkeys go; False when it is the last factor and the tenant wants one."""
    return _remove(operator, Passkey.objects.filter(operator=operator, pk=passkey_id), "passkey", now)


def remove_all(operator: Operator, now: datetime, *, actor: str) -> int:
    """Take every factor of an operator who lost them; returns how many there were."""
    with transaction.atomic():
        gone = AuthenticatorApp.objects.filter(operator=operator).delete()[0]
        gone += Passkey.objects.filter(operator=operator).delete()[0]
        RecoveryCode.objects.filter(operator=operator).delete()
        record.about(operator, "second_factors.removed", at=now, actor=actor, count=gone)
    return gone


def _remove(operator: Operator, theirs, factor: str, now: datetime) -> bool:
    """Under a lock on the operator, so that two factors, removed at once, are not both the last but one."""
    with transaction.atomic():
        Operator.objects.select_for_update().get(pk=operator.pk)
        if holding.of(operator).count <= 1 and is_required(operator):
            return False
        if not theirs.delete()[0]:
            return True
        if not holding.has_any(operator):
            RecoveryCode.objects.filter(operator=operator).delete()
        record.about(operator, "second_factor.removed", at=now, factor=factor)
    return True


def is_required(operator: Operator) -> bool:
    """Whether the operator's tenant wants a second factor, as it stands at this moment."""
    return Tenant.objects.filter(pk=operator.tenant_id, require_second_factor=True).exists()
