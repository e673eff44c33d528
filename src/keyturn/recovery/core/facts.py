"""What is known when a recovery is decided: plain values, gathered by recovery/finder, asked by core/policy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Method(StrEnum):
    """How somebody wants to get back in."""

    LINK = "link"
    TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 -- a method's name
    MANUAL_ENTRY = "manual_entry"  # an operator types what the person says on the telephone


@dataclass(frozen=True, kw_only=True)
class TenantFacts:
    """What the tenant allows."""

    is_active: bool = True
    allows_link: bool = True
    allows_temporary_password: bool = True
    allows_manual_entry: bool = True
    fresh_for: timedelta = timedelta(hours=24)

    def allows(self, method: Method) -> bool:
        """Whether this way back in is open here at all."""
        switches = {
            Method.LINK: self.allows_link,
            Method.TEMPORARY_PASSWORD: self.allows_temporary_password,
            Method.MANUAL_ENTRY: self.allows_manual_entry,
        }
        return switches[method]


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What is known of the person that the claim finds."""

    is_active: bool = True
    allows_temporary_password: bool = True
    has_email: bool = True
    has_account: bool = True
    is_written_to_too_often: bool = False


@dataclass(frozen=True, kw_only=True)
class Destination:
    """One stored address that a message would go to."""

    may_receive: bool = True
    has_bounced: bool = False
    set_by_person_at: datetime | None = None
    set_at_desk_at: datetime | None = None  # where one operator alone may not reset this person
    is_written_to_too_often: bool = False

    def is_fresh(self, fresh_for: timedelta, now: datetime) -> bool:
        """Whether it was changed so lately that a thief in the person's session may have done it, or an operator
        who goes around what stands before a reset."""
        changes = (self.set_by_person_at, self.set_at_desk_at)
        return any(changed_at is not None and now - changed_at < fresh_for for changed_at in changes)


@dataclass(frozen=True, kw_only=True)
class DirectoryFacts:
    """What the directory can do with a second password beside the original."""

    can_hold_pending: bool = True
    can_restore: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that a decision rests on.

    `person` is None for a claim that finds nobody. `email` is the address on record that would be written to:
    the main one for a link, the one that was claimed for a temporary password; None when there is no such.
    `sms` is the number on record, present only where an SMS may go as well: the phone that was claimed is the
    person's own, and a gateway takes messages for it.
    """

    method: Method = Method.LINK
    is_over_limit: bool = False
    tenant: TenantFacts = TenantFacts()
    person: PersonFacts | None = PersonFacts()
    email: Destination | None = Destination()
    sms: Destination | None = None
    directory: DirectoryFacts = DirectoryFacts()
