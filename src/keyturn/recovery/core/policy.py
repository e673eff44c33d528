"""May this person recover now? One pure decision for the real flow, the request log and everything that explains.

A rule is one `refuse_…` function and one Reason, named in POLICY; the order is the order in which they are asked.
Manual entry writes nobody anything, so of it only the rules of ENTRY are asked.
A rule that cannot be asked of these facts, because nobody was found, refuses nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keyturn.recovery.core.facts import Destination, Facts, Method


class Reason(StrEnum):
    """Why not. Strangers never hear it; the request log keeps it, recovery/wording says it in sentences."""

    TENANT_SUSPENDED = "tenant_suspended"
    METHOD_DISALLOWED = "method_disallowed"
    ASKED_TOO_OFTEN = "asked_too_often"
    PERSON_UNKNOWN = "person_unknown"
    PERSON_DISALLOWED = "person_disallowed"
    PERSON_INACTIVE = "person_inactive"
    NO_EMAIL = "no_email"
    EMAIL_NOT_ON_RECORD = "email_not_on_record"
    EMAIL_MAY_NOT_RECEIVE = "email_may_not_receive"
    EMAIL_BOUNCED = "email_bounced"
    ADDRESS_FRESH = "address_fresh"
    NO_ACCOUNT = "no_account"
    DIRECTORY_HOLDS_ONE = "directory_holds_one"
    TOO_MANY_TO_ACCOUNT = "too_many_to_account"
    TOO_MANY_TO_DESTINATION = "too_many_to_destination"


class Failure(StrEnum):
    """What became of a recovery that was allowed and came to nothing."""

    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    UNUSED = "unused"
    MESSAGE_BOUNCED = "message_bounced"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_EXPIRED = "message_expired"


class Outcome(StrEnum):
    """What a rule came to."""

    PASSED = "passed"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


class Channel(StrEnum):
    """What the person sees arriving."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True)
class Allowed:
    """Yes, by these channels; never without email, but for manual entry, which has none."""

    channels: tuple[Channel, ...]


@dataclass(frozen=True)
class Refused:
    """No, and why."""

    reason: Reason


Rule = Callable[[Facts, datetime], Reason | None]


def decide(facts: Facts, now: datetime) -> Allowed | Refused:
    """The first rule that refuses decides; if none does, every channel that may be used is."""
    for refuse in rules_of(facts.method):
        if reason := refuse(facts, now):
            return Refused(reason)
    return Allowed(_channels(facts, now))


def explain(facts: Facts, now: datetime) -> list[tuple[str, Outcome]]:
    """Every rule in order with what came of it; those behind a refusal were not asked."""
    told, is_over = [], False
    for refuse in rules_of(facts.method):
        outcome = Outcome.NOT_ASKED if is_over else Outcome.REFUSED if refuse(facts, now) else Outcome.PASSED
        is_over = is_over or outcome is Outcome.REFUSED
        told.append((name_of(refuse), outcome))
    return told


def rules_of(method: Method) -> tuple[Rule, ...]:
    """The rules that are asked of this way back in."""
    return ENTRY if method is Method.MANUAL_ENTRY else POLICY


def name_of(rule: Rule) -> str:
    """A rule's name in the request log."""
    return rule.__name__.removeprefix("refuse_")


def _channels(facts: Facts, now: datetime) -> tuple[Channel, ...]:
    """Email always; SMS as well where there is a number that may be written to."""
    if facts.method is Method.MANUAL_ENTRY:
        return ()
    if facts.method is Method.TEMPORARY_PASSWORD and facts.sms and _is_usable(facts.sms, facts, now):
        return Channel.EMAIL, Channel.SMS
    return (Channel.EMAIL,)


def _is_usable(number: Destination, facts: Facts, now: datetime) -> bool:
    is_silent = number.has_bounced or not number.may_receive or number.is_written_to_too_often
    return not is_silent and not number.is_fresh(facts.tenant.fresh_for, now)


def refuse_suspended_tenant(facts: Facts, now: datetime) -> Reason | None:
    """Nothing at all happens in a suspended tenant."""
    return None if facts.tenant.is_active else Reason.TENANT_SUSPENDED


def refuse_disallowed_method(facts: Facts, now: datetime) -> Reason | None:
    """The tenant's switches: for links, for temporary passwords (M0.7), for manual entry (M3.3)."""
    return None if facts.tenant.allows(facts.method) else Reason.METHOD_DISALLOWED


def refuse_asked_too_often(facts: Facts, now: datetime) -> Reason | None:
    """The intake was answered like any other and is dropped here."""
    return Reason.ASKED_TOO_OFTEN if facts.is_over_limit else None


def refuse_unknown_person(facts: Facts, now: datetime) -> Reason | None:
    """The claim finds nobody in this tenant."""
    return Reason.PERSON_UNKNOWN if facts.person is None else None


def refuse_disallowed_person(facts: Facts, now: datetime) -> Reason | None:
    """The person's own switch for temporary passwords (M0.8)."""
    if facts.person is None or facts.method is not Method.TEMPORARY_PASSWORD:
        return None
    return None if facts.person.allows_temporary_password else Reason.PERSON_DISALLOWED


def refuse_inactive_person(facts: Facts, now: datetime) -> Reason | None:
    """Whoever left stays out (M0.9)."""
    return Reason.PERSON_INACTIVE if facts.person and not facts.person.is_active else None


def refuse_without_email(facts: Facts, now: datetime) -> Reason | None:
    """There is no email on record to write to (M0.10)."""
    return Reason.NO_EMAIL if facts.person and not facts.person.has_email else None


def refuse_foreign_email(facts: Facts, now: datetime) -> Reason | None:
    """The email that was claimed is not on record with this person (M0.10, M0.14)."""
    has_email = facts.person is not None and facts.person.has_email
    return Reason.EMAIL_NOT_ON_RECORD if has_email and facts.email is None else None


def refuse_unwritable_email(facts: Facts, now: datetime) -> Reason | None:
    """An address that only finds the person is never written to."""
    return Reason.EMAIL_MAY_NOT_RECEIVE if facts.email and not facts.email.may_receive else None


def refuse_bounced_email(facts: Facts, now: datetime) -> Reason | None:
    """The last message to this address came back."""
    return Reason.EMAIL_BOUNCED if facts.email and facts.email.has_bounced else None


def refuse_fresh_address(facts: Facts, now: datetime) -> Reason | None:
    """Whoever stole a session may not change the address and then recover through it; nor may one operator alone,
    where a reset takes a caller check or two operators."""
    is_fresh = facts.email is not None and facts.email.is_fresh(facts.tenant.fresh_for, now)
    return Reason.ADDRESS_FRESH if is_fresh else None


def refuse_without_account(facts: Facts, now: datetime) -> Reason | None:
    """There is no login whose password could be set."""
    return Reason.NO_ACCOUNT if facts.person and not facts.person.has_account else None


def refuse_directory_of_one(facts: Facts, now: datetime) -> Reason | None:
    """A directory that would lose the original keeps the original (M0.4)."""
    is_safe = facts.directory.can_hold_pending or facts.directory.can_restore
    return None if facts.method is Method.LINK or is_safe else Reason.DIRECTORY_HOLDS_ONE


def refuse_many_to_account(facts: Facts, now: datetime) -> Reason | None:
    """So many messages for one account; the last one keeps working."""
    return Reason.TOO_MANY_TO_ACCOUNT if facts.person and facts.person.is_written_to_too_often else None


def refuse_many_to_destination(facts: Facts, now: datetime) -> Reason | None:
    """So many messages to one address, over all accounts and tenants."""
    return Reason.TOO_MANY_TO_DESTINATION if facts.email and facts.email.is_written_to_too_often else None


POLICY: tuple[Rule, ...] = (
    refuse_suspended_tenant,
    refuse_disallowed_method,
    refuse_asked_too_often,
    refuse_unknown_person,
    refuse_disallowed_person,
    refuse_inactive_person,
    refuse_without_email,
    refuse_foreign_email,
    refuse_unwritable_email,
    refuse_bounced_email,
    refuse_fresh_address,
    refuse_without_account,
    refuse_directory_of_one,
    refuse_many_to_account,
    refuse_many_to_destination,
)

ENTRY: tuple[Rule, ...] = (
    refuse_suspended_tenant,
    refuse_disallowed_method,
    refuse_unknown_person,
    refuse_inactive_person,
    refuse_without_account,
)
