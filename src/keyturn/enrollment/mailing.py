"""*Email PIN code* (M2.8): an operator has somebody's PIN mailed, to the owner or to whoever asked for it.

    ask ▶ APPROVED ──────────────────────────── worker ▶ SENT
      └─▶ AWAITING ─ another operator, within the hour ─┘
A PIN that passes on something above the plain goes to another address than the owner's only when a second operator
agrees. The web process never sees the PIN: the worker opens its sealed copy, asks everything again, and writes the
message by the mail servers of the operator's default location.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from keyturn.audit import events
from keyturn.enrollment import limits, offers, pins, ranking
from keyturn.enrollment.core import mailing as core
from keyturn.enrollment.core.mailing import MailingFacts, Stop
from keyturn.enrollment.models import Pin, PinMailing
from keyturn.lib import addresses, wake
from keyturn.lib.addresses import AddressRefused, EmailAddress
from keyturn.limits import counters
from keyturn.operators.models import Operator
from keyturn.outbox import locations
from keyturn.people.models import Address, Person
from keyturn.tenants import finding as tenants

AGREED_WITHIN = timedelta(minutes=60)
DECLINED, RUN_OUT = "declined", "run_out"


class MailingRefused(ValueError):
    """The PIN is not mailed. `reason`: those of lib.addresses at `to`; outranked, pin_over."""

    def __init__(self, reason: str, field: str = "to"):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class TooMany:
    """This operator had so many PINs mailed; come back then."""

    until: datetime


@dataclass(frozen=True)
class Wanted:
    """Which PIN shall go where, by whose wish, at which moment."""

    pin: Pin
    to: EmailAddress
    operator: Operator
    now: datetime
    is_approved: bool = False

    def own(self) -> Address | None:
        """The owner's own address on record that this is, where it takes mail; None for another requestor's."""
        emails = Address.objects.filter(person=self.pin.owner, kind=Address.EMAIL, told_until=None, may_receive=True)
        fitting = (one for one in emails.filter(lowered=self.to.lowered) if self.to.fits(one.key, one.lowered))
        return next(fitting, None)

    def stop(self) -> Stop | None:
        """What stands in the way now."""
        living = pins.of(self.pin.owner, self.now)
        facts = MailingFacts(
            own_rank=self.operator.rank,
            owners_rank=ranking.of_person(self.pin.owner),
            is_pin_alive=living is not None and living.pk == self.pin.pk,
            is_own_address=not self.is_elsewhere,
            is_elevated=bool(offers.of_pin(self.pin).elevated),
            is_approved=self.is_approved,
        )
        return core.stop(facts)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it goes where nobody knows that the owner reads."""
        return not self._is_settled(self.own())

    def _is_settled(self, own: Address | None) -> bool:
        """Whether it is the owner's own, and not since a moment ago: else whoever sets one mails there alone."""
        if own is None:
            return False
        fresh_for = timedelta(hours=tenants.by_id(self.pin.tenant_id).fresh_address_hours)
        changes = (own.set_by_person_at, own.set_by_operator_at)
        return not any(changed_at and self.now - changed_at < fresh_for for changed_at in changes)


class _CapReached(Exception):
    def __init__(self, until: datetime):
        super().__init__(until)
        self.until = until


def proposal(owner: Person) -> str:
    """The owner's own address, which the form proposes; empty where there is none."""
    main = Address.objects.filter(person=owner, is_main=True).first()
    return main.raw if main else ""


def ask(pin: Pin, to: str, operator: Operator, now: datetime) -> PinMailing | TooMany:
    """Write a mailing down; its state says whether another operator must agree first. Raises MailingRefused."""
    wanted = Wanted(pin, _read(to), operator, now)
    stop = wanted.stop()
    if stop in (Stop.OUTRANKED, Stop.PIN_OVER):
        raise MailingRefused(stop)
    try:
        with transaction.atomic():
            _take_place(operator, now)
            return _write(wanted, must_wait=stop is Stop.SECOND_FIRST)
    except _CapReached as reached:
        return TooMany(reached.until)


def approve(mailing: PinMailing, second: Operator, now: datetime) -> bool:
    """Another operator agrees; False for their own wish, when somebody was first, when the hour is over, or when the
    owner was changed since it was asked for."""
    actor = f"operator:{second.pk}"
    with transaction.atomic():
        if has_changed_since(mailing):
            return False
        others = _awaiting(now).filter(pk=mailing.pk).exclude(asked_by=actor)
        if others.update(state=PinMailing.APPROVED, approved_by=actor, due_at=now) != 1:
            return False
        record("pin_mailing.agreed", mailing, now, actor=actor)
        transaction.on_commit(wake.ring)
    return True


def agreed_to(mailing: PinMailing) -> frozenset[str]:
    """What stands above the plain, and a second operator let out with this mail."""
    return frozenset(mailing.elevated) if mailing.approved_by else frozenset()


def has_changed_since(mailing: PinMailing) -> bool:
    """Whether the owner, or the kind of what the PIN passes on, was changed after it was asked for: who agrees has
    seen what it passed on before."""
    if not offers.of_pin(mailing.pin).elevated <= frozenset(mailing.elevated):
        return True
    return Person.objects.filter(pk=mailing.pin.owner_id, updated_at__gt=mailing.created_at).exists()


def decline(mailing: PinMailing, operator: Operator, now: datetime) -> bool:
    """Somebody says no, or the one who asked takes it back; False when it was decided before."""
    actor = f"operator:{operator.pk}"
    over = {"state": PinMailing.REFUSED, "reason": DECLINED, "ended_at": now, "due_at": None}
    with transaction.atomic():
        if _awaiting(now).filter(pk=mailing.pk).update(**over) != 1:
            return False
        record("pin_mailing.declined", mailing, now, actor=actor)
    return True


def waiting(now: datetime, at_most: int = 50) -> list[PinMailing]:
    """Everything in this tenant that waits for a second operator, the oldest first."""
    return list(_awaiting(now).select_related("pin__owner").order_by("created_at")[:at_most])


def of_pin(pin: Pin, at_most: int = 50) -> list[PinMailing]:
    """The mails with a PIN, the newest first."""
    return list(PinMailing.objects.filter(pin=pin).order_by("-created_at")[:at_most])


def purge(now: datetime) -> int:
    """Refuse the current tenant's wishes to which nobody agreed within the hour; returns how many."""
    late = PinMailing.objects.filter(state=PinMailing.AWAITING, created_at__lte=now - AGREED_WITHIN)
    return late.update(state=PinMailing.REFUSED, reason=RUN_OUT, ended_at=now, due_at=None)


def record(action: str, mailing: PinMailing, now: datetime, *, actor: str, **told: str) -> None:
    """What the audit keeps: both addresses, masked."""
    masked = {name: addresses.parse(raw).masked if raw else "" for name, raw in _both(mailing).items()}
    subject = f"person:{mailing.pin.owner_id}"
    events.record(action, at=now, actor=actor, subject=subject, pin=str(mailing.pin_id), **masked, **told)


def _both(mailing: PinMailing) -> dict[str, str]:
    return {"to": mailing.to, "own": mailing.own_address}


def _read(to: str) -> EmailAddress:
    try:
        return addresses.parse(to)
    except AddressRefused as problem:
        raise MailingRefused(problem.reason) from problem


def _write(wanted: Wanted, *, must_wait: bool) -> PinMailing:
    mailing = PinMailing.objects.create(
        id=uuid4(),
        pin=wanted.pin,
        to=wanted.to.raw,
        own_address=proposal(wanted.pin.owner),
        elevated=sorted(offers.of_pin(wanted.pin).elevated),
        asked_by=f"operator:{wanted.operator.pk}",
        location=locations.found(wanted.operator.default_location_id),  # a visitor's may be elsewhere
        state=PinMailing.AWAITING if must_wait else PinMailing.APPROVED,
        created_at=wanted.now,
        due_at=None if must_wait else wanted.now,
    )
    record("pin_mailing.asked", mailing, wanted.now, actor=mailing.asked_by)
    transaction.on_commit(wake.ring)
    return mailing


def _take_place(operator: Operator, now: datetime) -> None:
    for limit in (limits.MAILINGS_IN_AN_HOUR, limits.MAILINGS_IN_A_DAY):
        if until := counters.take(limit, str(operator.pk), now=now):
            raise _CapReached(until)


def _awaiting(now: datetime) -> QuerySet[PinMailing]:
    return PinMailing.objects.filter(state=PinMailing.AWAITING, created_at__gt=now - AGREED_WITHIN)
