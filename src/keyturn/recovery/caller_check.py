"""Who is on the telephone? A code goes to a stored address; the caller reads it out, the operator types it.

    begin(whom, address_id, now)     draws the code, which goes into the sealed message and nowhere else
    answer(check_id, …)              counts the try, then compares; three at most, however many at once
    spend(check, now)                a passed check counts for one reset of this person by this operator

The operator never sees the code. Nobody is asked about their life.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from keyturn.audit import events
from keyturn.lib import addresses, digest, phones
from keyturn.limits import counters
from keyturn.limits.counters import Limit
from keyturn.operators.models import Operator
from keyturn.outbox import channels, posting, purposes
from keyturn.people import queries
from keyturn.people.models import Address, Person
from keyturn.recovery import desk
from keyturn.recovery.core import ticket
from keyturn.recovery.models import CallerCheck
from keyturn.tenants.models import Tenant

LIFETIME = timedelta(minutes=10)
COUNTS_FOR = timedelta(minutes=15)  # a passed check; time enough to type a password
BY_OPERATOR = Limit("caller_checks", 20, timedelta(hours=1))


@dataclass(frozen=True)
class Caller:
    """Whom the caller says to be, and the operator who asks."""

    person: Person
    operator: Operator
    tenant: Tenant


@dataclass(frozen=True)
class Begun:
    """The code is on its way to the masked address."""

    check: CallerCheck


@dataclass(frozen=True)
class NotThere:
    """This is no address that a code can go to now."""


@dataclass(frozen=True)
class Passed:
    """It was the code."""

    check: CallerCheck


@dataclass(frozen=True)
class Wrong:
    """It was not; so many tries are left."""

    left: int


@dataclass(frozen=True)
class Over:
    """No try is left, or the time is over. Send a new code."""


@dataclass(frozen=True)
class Malformed:
    """Not six digits. No try was counted."""


@dataclass(frozen=True)
class Answer:
    """What the operator typed; any of it may be anything."""

    check_id: UUID
    typed: object = field(repr=False)


class Spent(Exception):
    """The check was used for another reset in this very moment; nothing may be written."""


def places(caller: Caller, now: datetime) -> list[Address]:
    """Where a code can go: stored, written to, not bounced, not changed just now. Other than the main email first:
    that is where a reset goes anyway.

    An address that an operator took down lately, from this very caller perhaps, says nothing about who calls.
    """
    fresh_for = timedelta(hours=caller.tenant.fresh_address_hours)
    has_gateway = channels.sms_gateway_of(caller.person, now.date()) is not None
    known = [
        address
        for address in queries.notice_addresses(caller.person)
        if address.bounced_at is None
        and address.told_until is None
        and not _is_fresh(address, fresh_for, now)
        and (address.kind == Address.EMAIL or has_gateway)
    ]
    return sorted(known, key=lambda address: address.is_main)


def masked(address: Address) -> str:
    """The address as an operator's page and the record show it."""
    if address.kind == Address.EMAIL:
        return addresses.parse(address.raw).masked
    return phones.parse(address.key).masked


def begin(caller: Caller, address_id: UUID, now: datetime) -> Begun | NotThere | desk.Outranked | desk.TooMany:
    """Send a code. An earlier one of this operator for this person ends."""
    if desk.outranks(caller.person, caller.operator):
        return desk.Outranked()
    address = next((one for one in places(caller, now) if one.pk == address_id), None)
    if address is None:
        return NotThere()
    with transaction.atomic():
        if until := counters.take(BY_OPERATOR, str(caller.operator.pk), now=now):
            return desk.TooMany(until)
        if address.kind == Address.PHONE and not posting.sms_place(now):
            return NotThere()
        _of(caller).filter(state=CallerCheck.OPEN, expires_at__gt=now).update(expires_at=now)
        return Begun(_send(caller, address, now))


def _send(caller: Caller, address: Address, now: datetime) -> CallerCheck:
    check_id, code = uuid4(), f"{secrets.randbelow(10**ticket.DIGITS):0{ticket.DIGITS}}"
    letter = posting.Letter(purposes.CALLER_CHECK, address, {"CODE": code}, now + LIFETIME)
    message = posting.post(letter, person=caller.person, now=now, language=caller.person.language)
    check = CallerCheck.objects.create(
        id=check_id,
        person=caller.person,
        operator_id=caller.operator.pk,
        message_id=message.id,
        masked=masked(address),
        code_digest=_digest(check_id, code),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    _record("caller_check.sent", check, now, channel=message.channel, to=check.masked)
    return check


def answer(caller: Caller, given: Answer, now: datetime) -> Passed | Wrong | Over | Malformed:
    """Judge what the caller read out. The try is counted, for good, before anything is compared."""
    try:
        code = ticket.read_code(given.typed)
    except ticket.CodeMalformed:
        return Malformed()
    check = _of(caller).filter(pk=given.check_id).first()
    if check is None or not count_try(check, now):
        return Over()
    if not hmac.compare_digest(_digest(check.pk, code), check.code_digest):
        return _wrong(check, now)
    with transaction.atomic():
        if _open(check, now).update(state=CallerCheck.PASSED, passed_at=now) != 1:
            return Over()
        _record("caller_check.passed", check, now, to=check.masked)
    check.state, check.passed_at = CallerCheck.PASSED, now
    return Passed(check)


def count_try(check: CallerCheck, now: datetime) -> bool:
    """Take one of the three tries; the guard stands in the statement."""
    return _open(check, now).filter(attempts__lt=CallerCheck.MOST_TRIES).update(attempts=F("attempts") + 1) == 1


def passed(caller: Caller, now: datetime) -> CallerCheck | None:
    """The check that counts for the next reset of this person by this operator."""
    lately = _of(caller).filter(state=CallerCheck.PASSED, passed_at__gt=now - COUNTS_FOR)
    return lately.order_by("-passed_at").first()


def waiting(caller: Caller, now: datetime) -> CallerCheck | None:
    """The check whose code is awaited."""
    still_open = _of(caller).filter(state=CallerCheck.OPEN, expires_at__gt=now, attempts__lt=CallerCheck.MOST_TRIES)
    return still_open.order_by("-created_at").first()


def spend(check: CallerCheck) -> None:
    """Use a passed check up, inside the transaction of the reset; raises Spent."""
    mine = CallerCheck.objects.filter(pk=check.pk, state=CallerCheck.PASSED)
    if mine.update(state=CallerCheck.USED) != 1:
        raise Spent


def _is_fresh(address: Address, fresh_for: timedelta, now: datetime) -> bool:
    changes = (address.set_by_person_at, address.set_by_operator_at)
    return any(changed_at and now - changed_at < fresh_for for changed_at in changes)


def _wrong(check: CallerCheck, now: datetime) -> Wrong:
    tried = CallerCheck.objects.values_list("attempts", flat=True).get(pk=check.pk)
    left = max(0, CallerCheck.MOST_TRIES - tried)
    if not left:
        _record("caller_check.failed", check, now, to=check.masked)
    return Wrong(left)


def _of(caller: Caller):
    return CallerCheck.objects.filter(person=caller.person, operator_id=caller.operator.pk)


def _open(check: CallerCheck, now: datetime):
    return CallerCheck.objects.filter(pk=check.pk, state=CallerCheck.OPEN, expires_at__gt=now)


def _digest(check_id: UUID, code: str) -> str:
    """What is kept of a code: keyed, so that a thief with the database alone cannot try the million there are."""
    return digest.keyed("caller_check", str(check_id), code)


def _record(action: str, check: CallerCheck, now: datetime, **told: str) -> None:
    subject = f"person:{check.person_id}"
    events.record(action, at=now, actor=f"operator:{check.operator_id}", subject=subject, **told)
