"""Ruling over operators: inviting, roles, switching off and on, ending sessions, helping who lost a factor.

Nobody acts on somebody of equal or higher rank, but an owner on an owner; nobody acts on themselves; a tenant's
last owner stays. All of it is asked under a lock on the tenant, so that two owners who act on each other at the same
moment do not both have their way.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from keyturn.operators import record, roles, sessions, welcome
from keyturn.operators.factors import enrolling
from keyturn.operators.models import Operator, WelcomeLink
from keyturn.operators.roles import Role
from keyturn.tenants.models import Tenant

_Outcome = TypeVar("_Outcome")


class Refusal(StrEnum):
    """Why an operator may not be acted upon."""

    UNKNOWN = "unknown"
    NOT_YOURS = "not_yours"
    ROLE_TOO_HIGH = "role_too_high"
    LAST_OWNER = "last_owner"
    TAKEN = "taken"
    CHANGED = "changed"


@dataclass(frozen=True)
class Acting:
    """Who acts, and in which tenant; in none: upon the owners of the installation."""

    operator: Operator
    tenant_id: UUID | None


@dataclass(frozen=True)
class Invited:
    """An operator, and the text of the link by which they choose a password. Nobody can read it again."""

    operator: Operator
    token: str = field(repr=False)


@dataclass(frozen=True)
class NewOperator:
    """Somebody to invite."""

    username: str
    email: str
    role: str


def may_rule(actor: Operator, other: Operator) -> bool:
    """Whether one operator may act on another of the tenant that the first acts in."""
    is_above = actor.rank > other.rank or actor.rank >= roles.RANKS[Role.OWNER]
    return actor.is_active and actor.pk != other.pk and is_above


def may_give(actor: Operator) -> list[Role]:
    """The roles that an operator may give: those below, for an owner all, for whoever was just switched off none."""
    if not actor.is_active:
        return []
    is_owner = actor.rank >= roles.RANKS[Role.OWNER]
    return [role for role in Role if is_owner or roles.RANKS[role] < actor.rank]


def invite(acting: Acting, new: NewOperator, now: datetime) -> Invited | Refusal:
    """Put an operator on record, with a link by which they choose a password."""
    with transaction.atomic():
        actor = _lock(acting)
        role = Role.OWNER if acting.tenant_id is None else new.role
        if role not in may_give(actor):
            return Refusal.ROLE_TOO_HIGH
        if Operator.objects.filter(tenant_id=acting.tenant_id, username=new.username).exists():
            return Refusal.TAKEN
        made = Operator.objects.create(
            tenant_id=acting.tenant_id, username=new.username, email=new.email, role=role, created_at=now
        )
        record.about(made, "operator.created", at=now, actor=record.of(actor), role=role)
        return Invited(made, welcome.make(made, now))


def renew_welcome(acting: Acting, operator_id: UUID, now: datetime) -> Invited | Refusal:
    """A new link for who never used the first, or lost the password. The present password works until then."""

    def act(actor: Operator, other: Operator) -> Invited:
        record.about(other, "operator.welcome_renewed", at=now, actor=record.of(actor))
        return Invited(other, welcome.make(other, now))

    return upon(acting, operator_id, act)


@dataclass(frozen=True)
class RoleChange:
    """From the role that the page showed to another; somebody else may have been faster."""

    before: str
    after: str


def change_role(acting: Acting, operator_id: UUID, change: RoleChange, now: datetime) -> Operator | Refusal:
    """Give another role, none above one's own."""
    role = change.after

    def act(actor: Operator, other: Operator) -> Operator | Refusal:
        if role not in may_give(actor) or acting.tenant_id is None:
            return Refusal.ROLE_TOO_HIGH
        if other.role != change.before:
            return Refusal.CHANGED
        if role != Role.OWNER and _is_last_owner(other):
            return Refusal.LAST_OWNER
        if Operator.objects.filter(pk=other.pk).exclude(role=role).update(role=role):
            record.about(other, "operator.role_changed", at=now, actor=record.of(actor), role=role, before=other.role)
        return other

    return upon(acting, operator_id, act)


def switch_off(acting: Acting, operator_id: UUID, now: datetime) -> Operator | Refusal:
    """Shut an operator out at once: sessions end, links die, the password opens nothing."""

    def act(actor: Operator, other: Operator) -> Operator | Refusal:
        if _is_last_owner(other):
            return Refusal.LAST_OWNER
        if Operator.objects.filter(pk=other.pk, is_active=True).update(is_active=False):
            WelcomeLink.objects.filter(operator=other, used_at=None, expires_at__gt=now).update(expires_at=now)
            record.about(
                other, "operator.deactivated", at=now, actor=record.of(actor), sessions=sessions.end_all(other, now)
            )
        return other

    return upon(acting, operator_id, act)


def switch_on(acting: Acting, operator_id: UUID, now: datetime) -> Operator | Refusal:
    """Let an operator in again, with the password and the factors of before."""

    def act(actor: Operator, other: Operator) -> Operator:
        if Operator.objects.filter(pk=other.pk, is_active=False).update(is_active=True):
            record.about(other, "operator.activated", at=now, actor=record.of(actor))
        return other

    return upon(acting, operator_id, act)


def end_sessions(acting: Acting, operator_id: UUID, now: datetime) -> Operator | Refusal:
    """Sign an operator out of every browser."""

    def act(actor: Operator, other: Operator) -> Operator:
        ended = sessions.end_all(other, now)
        record.about(other, "operator_sessions.ended", at=now, actor=record.of(actor), count=ended)
        return other

    return upon(acting, operator_id, act)


def remove_factors(acting: Acting, operator_id: UUID, now: datetime) -> Operator | Refusal:
    """For who lost phone and key: the password alone opens again, until a new factor is enrolled."""

    def act(actor: Operator, other: Operator) -> Operator:
        enrolling.remove_all(other, now, actor=record.of(actor))
        sessions.end_all(other, now)
        return other

    return upon(acting, operator_id, act)


def upon(acting: Acting, operator_id: UUID, act: Callable[[Operator, Operator], _Outcome]) -> _Outcome | Refusal:
    """Do it, if there is such an operator here and the rank allows it, in one transaction."""
    with transaction.atomic():
        actor = _lock(acting)
        other = Operator.objects.filter(tenant_id=acting.tenant_id, pk=operator_id).first()
        if other is None:
            return Refusal.UNKNOWN
        return act(actor, other) if may_rule(actor, other) else Refusal.NOT_YOURS


def _lock(acting: Acting) -> Operator:
    """Nobody else changes operators here until this is over; the actor, read anew: a role may just have gone."""
    if acting.tenant_id is None:
        list(Operator.objects.select_for_update().filter(tenant_id=None).order_by("pk").values_list("pk"))
    else:
        Tenant.objects.select_for_update().get(pk=acting.tenant_id)
    return Operator.objects.get(pk=acting.operator.pk)


def _is_last_owner(operator: Operator) -> bool:
    theirs = Operator.objects.filter(tenant_id=operator.tenant_id, role=Role.OWNER, is_active=True)
    return operator.role == Role.OWNER and operator.is_active and not theirs.exclude(pk=operator.pk).exists()
