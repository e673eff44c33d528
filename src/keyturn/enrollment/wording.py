"""What operators read about PINs: every reason in a sentence that says what to do, every rule in a few words.

Strangers hear none of it, but for what is wrong with the form they filled in (`of_form`).
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.enrollment import mailing, posting_pins, resolving, unfinished
from keyturn.enrollment.core.mailing import Stop
from keyturn.enrollment.core.policy import Reason
from keyturn.enrollment.pins import Ended

_OF_SIGN_UP: dict[str, Promise] = {
    Reason.TENANT_SUSPENDED: _("The organization is suspended; nobody can sign up in it."),
    Reason.DOOR_CLOSED: _("The organization does not let people sign up this way. Its settings have the switch."),
    Reason.TOO_MANY_WRONG: _("Too many wrong PIN codes came before it, so none was looked at. It passes by itself."),
    Reason.PIN_WRONG: _("There is no such PIN code. Compare it with the mail, or give the owner a new one."),
    Reason.PIN_ENDED: _("The PIN code was taken back, or replaced by a newer one."),
    Reason.PIN_EXPIRED: _("The time of the PIN code is over. Give its owner a new one."),
    Reason.PIN_SPENT: _("As many people as were meant to have used the PIN code. Give its owner a new one."),
    Reason.OWNER_INACTIVE: _("The owner of the PIN code was made inactive; the PIN code ended with that."),
    Reason.ADDRESS_NOT_INVITED: _("The PIN code was made for another email address."),
    Reason.DOMAIN_NOT_ADMITTED: _("The PIN code is not for addresses of this mail domain."),
    Reason.USERNAME_NOT_ALLOWED: _("The user name does not have the form that the settings ask for."),
    Reason.TOO_MANY_TO_DESTINATION: _("Enough messages about sign-ups went to this address. It passes by itself."),
    Reason.USERNAME_TAKEN: _("Somebody has this user name. The address was told to choose another one."),
    Reason.ADDRESS_TAKEN: _("Somebody is found by this address. The address was told that it has a user."),
    resolving.GIVEN_UP: _("It could not be read, or workers died over it. Ask the person to sign up again."),
    unfinished.NOT_FINISHED: _("Nobody signed in with the mailed temporary password within a day."),
    unfinished.REMOVED: _("Everybody who came by this PIN code was disabled before they signed in."),
}
_RULES: dict[str, Promise] = {
    "suspended_tenant": _("The organization is active"),
    "closed_door": _("The organization lets people sign up this way"),
    "guessers": _("Not too many wrong PIN codes came before"),
    "wrong_pin": _("There is such a PIN code"),
    "inactive_owner": _("The owner of the PIN code is active"),
    "ended_pin": _("The PIN code was not taken back"),
    "expired_pin": _("The time of the PIN code is not over"),
    "spent_pin": _("The PIN code has a use left"),
    "uninvited_address": _("The PIN code is for this address"),
    "foreign_domain": _("The PIN code is for this mail domain"),
    "odd_username": _("The user name has the form that the settings ask for"),
    "many_to_destination": _("Not too many messages went to this address"),
    "taken_address": _("The address finds nobody yet"),
    "taken_username": _("Nobody has the user name yet"),
}
_ENDS: dict[str, Promise] = {
    Ended.REVOKED: _("Taken back"),
    Ended.REPLACED: _("A newer one took its place"),
    Ended.SPENT: _("Used by as many as were meant to"),
    Ended.EXPIRED: _("Its time was over"),
    Ended.OWNER_INACTIVE: _("Its owner was made inactive"),
}
_OF_MAILING: dict[str, Promise] = {
    Stop.OUTRANKED: _("The owner of the PIN code is an operator of your rank or above."),
    Stop.PIN_OVER: _("The PIN code ended. Give its owner a new one and mail that."),
    Stop.SECOND_FIRST: _(
        "The PIN code passes on more by now than it did, so another operator must agree. Ask again."
    ),
    mailing.DECLINED: _("An operator declined."),
    mailing.RUN_OUT: _("Nobody agreed within the hour. Ask again."),
    posting_pins.ASKER_GONE: _("Whoever asked for it may not give PIN codes any more."),
    posting_pins.CANNOT_OPEN: _("The PIN code cannot be read any more. Give its owner a new one and mail that."),
}
_OF_FORM: dict[str, Promise] = {
    "not_a_pin": _("A PIN code has fourteen letters and digits, like 7K3M-0QZP1-ABCDE. Compare it with the mail."),
    "not_one_word": _("A user name is one word of letters, digits and . _ - + signs."),
    "other_address": _("A user name with an @ must be the email address itself."),
    "not_of_this_form": _("User names have another form here. Ask whoever gave you the PIN code."),
    "not_active": _("Only somebody active can have a PIN code."),
    "outranked": _("This person is an operator of your rank or above."),
    "out_of_range": _("This number is too small or too large."),
    "too_many": _("There are too many. Take some out."),
}


def of_sign_up(reason: str) -> Promise | str:
    """The sentence for what came of a sign-up."""
    return _OF_SIGN_UP.get(reason, reason)


def of_rule(name: str) -> Promise | str:
    """What a rule of core.policy asks, as a statement that is true when it passed."""
    return _RULES.get(name, name)


def of_end(why: str) -> Promise | str:
    """Why a PIN ended."""
    return _ENDS.get(why, why)


def of_mailing(reason: str) -> Promise | str:
    """Why a PIN was not mailed; a reason of lib.addresses is said by people.wording."""
    return _OF_MAILING.get(reason, reason)


def of_form(reason: str) -> Promise | None:
    """What is wrong with a field, of a sign-up or of a new PIN; None where people.wording has the sentence."""
    return _OF_FORM.get(reason)
