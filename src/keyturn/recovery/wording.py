"""What operators read in the request log: every reason in a sentence that says what to do about it."""

from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyturn.directories.models import TemporaryPassword
from keyturn.recovery.core.facts import Method
from keyturn.recovery.core.policy import Failure, Reason
from keyturn.recovery.models import Recovery, Ticket

_SENTENCES: dict[StrEnum, Promise] = {
    Reason.TENANT_SUSPENDED: _("The organization is suspended; nobody in it can recover."),
    Reason.METHOD_DISALLOWED: _("The organization does not allow this way back in. Its settings have the switch."),
    Reason.ASKED_TOO_OFTEN: _("This user name was asked for too often within an hour. It passes by itself."),
    Reason.PERSON_UNKNOWN: _("Nobody here has this user name or address. Compare it with the person's page."),
    Reason.PERSON_DISALLOWED: _("The person's switch “Allow mobile password reset” is off."),
    Reason.PERSON_INACTIVE: _("The person is not active."),
    Reason.NO_EMAIL: _("The person has no email address on record. Add one."),
    Reason.EMAIL_NOT_ON_RECORD: _("The email address in the request is not on record with this person."),
    Reason.EMAIL_MAY_NOT_RECEIVE: _("The email address on record is marked as one that is not written to."),
    Reason.EMAIL_BOUNCED: _("The last message to the email address came back. Correct the address."),
    Reason.ADDRESS_FRESH: _("The email address was changed too recently for it to be used."),
    Reason.NO_ACCOUNT: _("The person has no login whose password could be set."),
    Reason.DIRECTORY_HOLDS_ONE: _(
        "The directory holds one password only and cannot put the earlier one back. Send a link instead."
    ),
    Reason.TOO_MANY_TO_ACCOUNT: _(
        "Enough messages went out for this login within the hour or the day; the last one still works."
    ),
    Reason.TOO_MANY_TO_DESTINATION: _("Enough messages went to this address within the hour or the day."),
    Failure.SUPERSEDED: _("It was asked for again; only the newest link works."),
    Failure.REVOKED: _("An operator ended it before it was used."),
    Failure.UNUSED: _("Nobody used it in time. The original password is unchanged."),
    Failure.MESSAGE_BOUNCED: _("The message came back; the provider's words are beside it."),
    Failure.MESSAGE_FAILED: _("The mail server refused the message; its words are beside it."),
    Failure.MESSAGE_EXPIRED: _("The message could not be delivered in time."),
}

_RULES: dict[str, Promise] = {
    "suspended_tenant": _("The organization is active"),
    "disallowed_method": _("The organization allows this way back in"),
    "asked_too_often": _("This user name was not asked for too often"),
    "unknown_person": _("The claim finds a person"),
    "disallowed_person": _("The person may use this way back in"),
    "inactive_person": _("The person is active"),
    "without_email": _("The person has an email address"),
    "foreign_email": _("The email address of the request is on record"),
    "unwritable_email": _("The email address may be written to"),
    "bounced_email": _("No message to the email address came back"),
    "fresh_address": _("The email address was not changed too recently"),
    "without_account": _("The person has a login"),
    "directory_of_one": _("The directory allows this way back in"),
    "many_to_account": _("Not too many messages went out for this login"),
    "many_to_destination": _("Not too many messages went to this address"),
}

_STATES: dict[str, Promise] = {
    Recovery.REFUSED: pgettext_lazy("request", "Refused"),
    Recovery.OPEN: pgettext_lazy("request", "Open"),
    Recovery.COMPLETED: pgettext_lazy("request", "Completed"),
    Recovery.FAILED: pgettext_lazy("request", "Came to nothing"),
}
_METHODS: dict[str, Promise] = {
    Method.LINK: _("Mail with link and code"),
    Method.TEMPORARY_PASSWORD: _("Temporary password"),
}
_DOORS: dict[str, Promise] = {"portal": _("Web pages"), "api": _("App"), "console": _("An operator")}
_RIGHTS: dict[str, Promise] = {
    Ticket.OPEN: pgettext_lazy("ticket", "Can be used"),
    Ticket.REDEEMING: pgettext_lazy("ticket", "Being used at this moment"),
    Ticket.REDEEMED: pgettext_lazy("ticket", "Used: the new password is set"),
    Ticket.SUPERSEDED: pgettext_lazy("ticket", "Replaced by a newer one"),
    Ticket.REVOKED: pgettext_lazy("ticket", "Revoked"),
    TemporaryPassword.LIVE: pgettext_lazy("ticket", "Can be used"),
    TemporaryPassword.USED: pgettext_lazy("ticket", "Signed in with; an own password is still to be set"),
    TemporaryPassword.REPLACED: pgettext_lazy("ticket", "Used, and replaced by an own password"),
    TemporaryPassword.CANCELLED: pgettext_lazy(
        "ticket", "Cancelled: the original password or the other channel was used"
    ),
    TemporaryPassword.DEAD: pgettext_lazy("ticket", "Ended: its message did not arrive"),
}
_OVER = pgettext_lazy("ticket", "Expired unused")


def state(name: str) -> Promise | str:
    """What became of a request."""
    return _STATES.get(name, name)


def states() -> list[tuple[str, Promise]]:
    """Every state with its words, for a filter."""
    return list(_STATES.items())


def method(name: str) -> Promise | str:
    """Which way back in was asked for."""
    return _METHODS.get(name, name)


def door(name: str) -> Promise | str:
    """Where it was asked."""
    return _DOORS.get(name, name)


def right(held: Ticket | TemporaryPassword, now: datetime) -> Promise | str:
    """What became of a ticket or temporary password; expiry is judged, not stored."""
    is_open = held.state in (Ticket.OPEN, TemporaryPassword.LIVE)
    return _OVER if is_open and held.expires_at <= now else _RIGHTS.get(held.state, held.state)


def rule(name: str) -> Promise | str:
    """What holds when a rule of the policy refuses nothing; the name itself of a rule that is no longer asked."""
    return _RULES.get(name, name)


def explain(reason: str) -> Promise | str:
    """The translated sentence for what `Recovery.reason` holds; nothing for an empty one."""
    return _SENTENCES.get(reason, reason)
