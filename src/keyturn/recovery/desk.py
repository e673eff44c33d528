"""An operator at the desk: who may reset whom, how often, and what is written of it.

The conditions are decided in core/desk; what may happen once (a place under the operator's caps, a caller check,
a second operator's agreement) is seized here, inside the transaction that resets. What operators send counts
against them, never against the person.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from keyturn.audit import events
from keyturn.limits import counters
from keyturn.limits.counters import Limit
from keyturn.operators import ranks
from keyturn.operators.models import Operator
from keyturn.outbox import posting, purposes
from keyturn.people import queries
from keyturn.people.models import Address, Person
from keyturn.recovery import finder, limits
from keyturn.recovery.core import desk as core
from keyturn.recovery.core import policy, reference
from keyturn.recovery.core.facts import Method
from keyturn.recovery.finder import Found
from keyturn.recovery.models import Approval, CallerCheck, Recovery
from keyturn.tenants.models import Tenant

MANY_AN_HOUR = Limit("operator.resets.many", 9, timedelta(hours=1))  # the tenth raises an alarm
ALARM = Limit("operator.resets.alarm", 1, timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The reset that an operator wants: of whom, how, and why. `source` is the operator's network."""

    person: Person
    operator: Operator
    tenant: Tenant
    note: str
    method: Method = Method.LINK
    is_compromised: bool = False
    source: str = ""

    @property
    def actor(self) -> str:
        """Who acts, for the audit."""
        return f"operator:{self.operator.pk}"

    @property
    def subject(self) -> str:
        """Whom it is about, for the audit."""
        return f"person:{self.person.pk}"


@dataclass(frozen=True)
class Backing:
    """What backs a reset: a passed caller check, a second operator's agreement."""

    check: CallerCheck | None = None
    approval: Approval | None = None

    @property
    def is_checked(self) -> bool:
        """Whether the caller read out a code, to this operator or to the one who asked for the agreement."""
        return bool(self.check or (self.approval and self.approval.caller_checked))


@dataclass(frozen=True)
class Outranked:
    """The person is an operator of equal or higher rank."""


@dataclass(frozen=True)
class CheckFirst:
    """The tenant wants the caller to read out a code first."""


@dataclass(frozen=True)
class SecondFirst:
    """A second operator must agree; `is_fresh`: because the person changed the address just now."""

    is_fresh: bool


@dataclass(frozen=True)
class TooMany:
    """This operator did it too often; come back then."""

    until: datetime


Stopped = Outranked | CheckFirst | SecondFirst | TooMany | policy.Refused


class CapReached(Exception):
    """The operator's cap is used up; ends the transaction that asked."""

    def __init__(self, until: datetime):
        super().__init__(until)
        self.until = until


def outranks(person: Person, operator: Operator) -> bool:
    """Whether the person is an operator whom this one may not touch."""
    return rank_of(person) >= operator.rank


def rank_of(person: Person) -> int:
    """That of the operator whose address is the person's own."""
    return ranks.of_addresses(_emails(person))


def look(wish: Wish, backing: Backing, now: datetime) -> tuple[Found, Stopped | None]:
    """What is known, and the first thing that stands in the way."""
    found = finder.at_desk(wish.person, wish.method, wish.tenant, now)
    facts = facts_of(wish, backing, found, now)
    stop = core.stop(facts)
    if stop is core.Stop.OUTRANKED:
        return found, Outranked()
    if stop is core.Stop.CHECK_FIRST:
        return found, CheckFirst()
    if isinstance(decision := policy.decide(found.facts, now), policy.Refused):
        return found, decision  # nobody is asked to agree to what cannot be
    return found, SecondFirst(facts.has_fresh_address) if stop else None


def facts_of(wish: Wish, backing: Backing, found: Found, now: datetime) -> core.DeskFacts:
    """What the desk's own decision rests on."""
    tenant, email = wish.tenant, found.facts.email
    fresh_for = timedelta(hours=tenant.fresh_address_hours)
    return core.DeskFacts(
        own_rank=wish.operator.rank,
        persons_rank=rank_of(wish.person),
        caller_check=tenant.caller_check,
        is_checked=backing.is_checked,
        second_operator=tenant.second_operator,
        is_marked=wish.person.needs_second_operator,
        has_fresh_address=email is not None and email.is_fresh(fresh_for, now),
        is_approved=backing.approval is not None,
    )


def take_place(wish: Wish, now: datetime) -> None:
    """Take one reset of the operator's hour and day, inside the transaction; raises CapReached.

    Holds the account's counter as well, so that no recovery of the person's own is written at the same moment.
    """
    whom = str(wish.operator.pk)
    for limit in _caps(wish.tenant):
        if until := counters.take(limit, whom, now=now):
            raise CapReached(until)
    many = not counters.has_taken(MANY_AN_HOUR, whom, now=now)
    if many and counters.has_taken(ALARM, whom, now=now):
        events.record("resets.flooded", at=now, actor=wish.actor, source=wish.source)


def hold_account(found: Found, now: datetime) -> None:
    """Lock what a recovery of this account would lock first."""
    counters.hold(limits.TO_ACCOUNT.hour, str(found.account.pk), now=now)


def row_of_log(wish: Wish, backing: Backing, found: Found, now: datetime, **more) -> Recovery:
    """A line of the request log, not saved yet."""
    approval = backing.approval
    return Recovery(
        id=uuid4(),
        tenant=wish.tenant,
        reference=reference.draw(),
        person=wish.person,
        account=found.account,
        method=wish.method,
        door="console",
        source=wish.source,
        rules=policy.explain(found.facts, now),
        asked_by=wish.actor,
        approved_by=f"operator:{approval.second_id}" if approval else "",
        note=wish.note,
        caller_checked=backing.is_checked,
        created_at=now,
        **more,
    )


def tell(wish: Wish, backing: Backing, now: datetime) -> None:
    """Every address hears which operators did it; the main one not, where a link goes there by one of them."""
    names = [wish.operator.username]
    if approval := backing.approval:
        names.append(Operator.objects.values_list("username", flat=True).get(pk=approval.second_id))
    has_link = wish.method is Method.LINK and not approval
    told = [one for one in queries.notice_addresses(wish.person) if not (has_link and one.is_main)]
    posting.post_notice(purposes.RESET_BY_OPERATOR, told, person=wish.person, now=now, OPERATORS=", ".join(names))


def record(action: str, wish: Wish, recovery: Recovery, now: datetime, **more) -> None:
    """What the audit keeps of a reset; never what was typed or drawn."""
    told = {"reference": recovery.reference, "method": recovery.method, "note": wish.note}
    told |= {"compromised": wish.is_compromised, "caller_checked": recovery.caller_checked}
    if recovery.approved_by:
        told["approved_by"] = recovery.approved_by
    events.record(action, at=now, actor=wish.actor, subject=wish.subject, source=wish.source, **told, **more)


def by_entry(wish: Wish) -> Wish:
    """The same wish, by manual entry."""
    return replace(wish, method=Method.MANUAL_ENTRY)


def _caps(tenant: Tenant) -> tuple[Limit, Limit]:
    return (
        Limit("operator.resets.hour", tenant.resets_per_hour, timedelta(hours=1)),
        Limit("operator.resets.day", tenant.resets_per_day, timedelta(days=1)),
    )


def _emails(person: Person) -> list[str]:
    return list(Address.objects.filter(person=person, kind=Address.EMAIL).values_list("lowered", flat=True))
