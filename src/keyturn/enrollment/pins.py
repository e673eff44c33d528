"""PINs of people: giving one, taking it back, and every other way in which one ends (M2.7, M2.13).

    issue ──▶ live ── last use, its date, revoked, replaced, its owner not active any more ──▶ ended
A person has one live PIN at most. What ends one is one UPDATE that names the state it leaves; the sealed copy goes in
the same statement. A PIN counts only while its owner is marked as having one: the mark falls with the owner's status
(people.changes.set_status), in the same statement, so that no owner who comes back brings an old PIN along.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from keyturn.audit import events
from keyturn.enrollment import ranking, terms
from keyturn.enrollment.core import pin as core
from keyturn.enrollment.core.pin import PinText
from keyturn.enrollment.models import Pin, PinMailing
from keyturn.enrollment.terms import PinRefused, Terms
from keyturn.lib import hashing, seal
from keyturn.outbox import posting
from keyturn.people.models import Person
from keyturn.people.rights import holding
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

__all__ = ["Ended", "Issued", "PinRefused", "Terms", "issue", "of", "revoke", "shown"]

_BOX = "outbox"
_DRAWS = 5
_SOME = 200  # of those that a duty ends at once


class Ended(StrEnum):
    """Why a PIN ended; one that only expired ends when a duty comes by."""

    REVOKED = "revoked"
    REPLACED = "replaced"
    SPENT = "spent"
    EXPIRED = "expired"
    OWNER_INACTIVE = "owner_inactive"


@dataclass(frozen=True)
class Issued:
    """A new PIN. Nobody who issues one sees its secret: the worker alone can open it, to mail it."""

    pin: Pin

    @property
    def text(self) -> str:
        """As much of it as may be shown."""
        return shown(self.pin)


def of(owner: Person, now: datetime) -> Pin | None:
    """The PIN that somebody could use now."""
    return _living(now).filter(owner=owner, owner__has_pin=True, owner__status=Person.ACTIVE).first()


def shown(pin: Pin) -> str:
    """A PIN as operators see it."""
    return core.masked(pin.selector)


def issue(owner: Person, wished: Terms, now: datetime, *, actor: str) -> Issued:
    """Give somebody a PIN, in place of the one they have; raises PinRefused. Slow: hashes. Not in a transaction."""
    wanted = terms.read(wished)
    for _ in range(_DRAWS):
        drawn = core.draw()
        secret_hash = hashing.hash_password(drawn.secret)
        try:
            with transaction.atomic():
                return Issued(_write(_Order(owner, wanted, drawn, secret_hash), now, actor))
        except IntegrityError:
            continue  # the selector is another's: twenty bits are drawn again
    raise RuntimeError("five selectors in a row were taken")


def revoke(owner: Person, now: datetime, *, actor: str) -> bool:
    """Take somebody's PIN back; False when there is none."""
    with transaction.atomic():
        holding.lock(owner)
        return any([end(pin, Ended.REVOKED, now, actor=actor) for pin in _open().filter(owner=owner)])


def end(pin: Pin, why: Ended, now: datetime, *, actor: str) -> bool:
    """End a PIN, inside the caller's transaction; False when it had ended. Mails with it are called back."""
    if _open().filter(pk=pin.pk).update(ended_at=now, ended_because=why, sealed=None) != 1:
        return False
    Person.objects.filter(pk=pin.owner_id, has_pin=True).update(has_pin=False)
    mailings = PinMailing.objects.filter(pin=pin)
    mailings.filter(state__in=(PinMailing.AWAITING, PinMailing.APPROVED)).update(
        state=PinMailing.REFUSED, reason="pin_over", ended_at=now, due_at=None
    )
    posting.call_back(mailings.filter(message__isnull=False).values_list("message_id", flat=True), now)
    events.record("pin.ended", at=now, actor=actor, subject=f"person:{pin.owner_id}", reason=why, pin=str(pin.pk))
    return True


def seize(pin: Pin, now: datetime) -> bool:
    """Take one use, inside the transaction that makes somebody of it and holds the owner's lock.

    Of any number of callers exactly as many get one as there are; the last of them ends the PIN.
    """
    usable = _living(now).filter(pk=pin.pk, uses__lt=F("max_uses"))
    if usable.update(uses=F("uses") + 1) != 1:
        return False
    for spent in _open().filter(pk=pin.pk, uses__gte=F("max_uses")):
        end(spent, Ended.SPENT, now, actor="keyturn")
    return True


def end_what_is_over(now: datetime) -> int:
    """End the current tenant's PINs whose time is over, or whose owner was deactivated since; returns how many.

    Nothing depends on this duty but the mark in lists, and that no sealed copy lies about.
    """
    without_owner = ~Q(owner__status=Person.ACTIVE) | Q(owner__has_pin=False)
    over = _open().filter(Q(expires_at__lte=now) | without_owner)
    return sum(_end_over(pin, now) for pin in over.select_related("owner").order_by("pk")[:_SOME])


def opened(pin: Pin) -> PinText | None:
    """The PIN itself, for the worker alone; None when its copy was wiped or cannot be opened."""
    try:
        return core.read(seal.unseal(_BOX, pin.sealed, _context(pin)).decode()) if pin.sealed else None
    except seal.SealBroken:
        return None


@dataclass(frozen=True)
class _Order:
    """A PIN, drawn and hashed, and what it shall be good for."""

    owner: Person
    wanted: Terms
    drawn: PinText
    secret_hash: str


def _write(order: _Order, now: datetime, actor: str) -> Pin:
    owner = order.owner
    holding.lock(owner)
    status = Person.objects.values_list("status", flat=True).get(pk=owner.pk)
    if status != Person.ACTIVE:
        raise PinRefused("not_active", "owner")
    if ranking.is_outranked(owner, actor):
        raise PinRefused("outranked", "owner")
    for earlier in _open().filter(owner=owner):
        end(earlier, Ended.REPLACED, now, actor=actor)
    pin = _row(order, now, actor)
    pin.sealed = seal.seal(_BOX, order.drawn.written.encode(), _context(pin))
    pin.save(force_insert=True)
    Person.objects.filter(pk=owner.pk).update(has_pin=True)
    owner.has_pin = True
    _record(pin, now, actor)
    return pin


def _row(order: _Order, now: datetime, actor: str) -> Pin:
    wanted = order.wanted
    days = wanted.days or Tenant.objects.values_list("pin_days", flat=True).get(pk=scope.current_id())
    return Pin(
        id=uuid4(),
        owner=order.owner,
        selector=order.drawn.selector,
        secret_hash=order.secret_hash,
        expires_at=now + timedelta(days=days),
        max_uses=wanted.max_uses,
        domains=list(wanted.domains),
        fixed_address=wanted.fixed_address,
        withheld=sorted(wanted.withheld),
        issued_at=now,
        issued_by=actor,
    )


def _record(pin: Pin, now: datetime, actor: str) -> None:
    told = {"pin": str(pin.pk), "max_uses": pin.max_uses, "expires_at": pin.expires_at.isoformat()}
    told |= {"domains": pin.domains, "is_bound": bool(pin.fixed_address), "withheld": pin.withheld}
    events.record("pin.issued", at=now, actor=actor, subject=f"person:{pin.owner_id}", **told)


def _end_over(pin: Pin, now: datetime) -> bool:
    """Under the owner's lock, as everywhere: who holds the PIN's row never waits for the owner's."""
    with transaction.atomic():
        holding.lock(pin.owner)
        why = Ended.EXPIRED if pin.expires_at <= now else Ended.OWNER_INACTIVE
        return end(pin, why, now, actor="keyturn")


def _open() -> QuerySet[Pin]:
    return Pin.objects.filter(ended_at=None)


def _living(now: datetime) -> QuerySet[Pin]:
    return _open().filter(expires_at__gt=now)


def _context(pin: Pin) -> str:
    """What the sealed copy is bound to: copied into another row it does not open."""
    return f"pin|{scope.current_id()}|{pin.pk}"
