"""What operators read in the delivery log: states, purposes, outcomes and refusals in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyturn.outbox import core, purposes
from keyturn.outbox.again import Reason
from keyturn.outbox.models import Message

STATES: dict[str, Promise] = {
    Message.QUEUED: pgettext_lazy("message", "Queued"),
    Message.SENDING: pgettext_lazy("message", "Sending"),
    Message.RETRYING: pgettext_lazy("message", "Retrying"),
    Message.SENT: pgettext_lazy("message", "Sent"),
    Message.DELIVERED: pgettext_lazy("message", "Delivered"),
    Message.BOUNCED: pgettext_lazy("message", "Bounced"),
    Message.FAILED: pgettext_lazy("message", "Failed"),
    Message.EXPIRED: pgettext_lazy("message", "Expired"),
    Message.CANCELLED: pgettext_lazy("message", "Called back"),
}
PURPOSES: dict[str, Promise] = {
    purposes.RECOVERY_LINK: _("Link and code"),
    purposes.RESET_BY_OPERATOR: _("Notice: reset by an operator"),
    purposes.CALLER_CHECK: _("Code for a caller"),
    purposes.TEMPORARY_PASSWORD: _("Temporary password"),
    purposes.TEMPORARY_PASSWORD_UNDELIVERED: _("Notice: temporary password did not arrive"),
    purposes.PASSWORD_CHANGED: _("Notice: password changed"),
    purposes.ADDRESS_CHANGED: _("Notice: address changed"),
    purposes.PIN_CODE: _("PIN code"),
    purposes.PASSWORD_NEW: _("Temporary password of a new user"),
    purposes.OPERATOR_WELCOME: _("Welcome link of an operator"),
    purposes.MAILBOX_REFUSED: _("Notice: a mailbox refuses its password"),
    purposes.MAILBOX_REMINDER: _("Reminder: a mailbox still refuses its password"),
    purposes.HOST_TROUBLE: _("Alert: many mailboxes of one mail server fail together"),
    purposes.SIGN_UP_TAKEN: _("Notice: somebody wanted to sign up with your address"),
}
_OUTCOMES: dict[str, Promise] = {
    core.ACCEPTED: _("Taken over"),
    core.REFUSED: _("Refused for good"),
    core.NOT_FROM_US: _("Refused to take mail from us"),
    core.LATER: _("Not now"),
    core.UNREACHABLE: _("Not reached"),
    core.AMBIGUOUS: _("No answer after the message was handed over"),
}
_REASONS: dict[Reason, Promise] = {
    Reason.SECRET_GONE: _("What it carried was destroyed when it ended. It needs a new reset."),
    Reason.NEEDS_ANEW: _("What it carried was destroyed when it ended. Something new has to be sent."),
    Reason.CALLED_BACK: _("It was called back: what it carried no longer counts."),
    Reason.BEING_SENT: _("It is being handed over at this moment."),
    Reason.ADDRESS_GONE: _("The address it went to is no longer on record."),
    Reason.ADDRESS_SILENT: _("The address may not receive messages."),
    Reason.NO_GATEWAY: _("No carrier takes text messages for this person."),
    Reason.SMS_CAP: _("The organization's text messages of the day are used up."),
    Reason.SENT_AGAIN: _("It was sent again already; the new message has its own line."),
}


def state(name: str) -> Promise | str:
    """A message's state."""
    return STATES.get(name, name)


def purpose(name: str) -> Promise | str:
    """Why it was written."""
    return PURPOSES.get(name, name)


def outcome(name: str) -> Promise | str:
    """What one try came to."""
    return _OUTCOMES.get(name, name)


def why_not(reason: Reason) -> Promise:
    """Why it does not go out again."""
    return _REASONS[reason]
