"""Rights in words: every kind of permission, why something is not cloned, and what is wrong with what was typed."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.people.rights.core import (
    BY_PROFILE,
    MASKED,
    NOT_AGREED,
    NOT_CLONEABLE,
    OWNER_INACTIVE,
    TAKEN_APART,
    Kind,
)

_KINDS: dict[str, Promise] = {
    Kind.PLAIN: _("Everyday work. A PIN code passes it on where you let it."),
    Kind.ELEVATED: _(
        "Above the everyday. It can be cloned; a PIN code that does goes to others only by two operators."
    ),
    Kind.ADMINISTRATION: _("Never cloned: whoever rules a program lets others in by name, not by a code."),
    Kind.HELPDESK: _("Never cloned: whoever resets other people's passwords could become any of them."),
    Kind.PIN_ISSUING: _("Never cloned: a code that makes makers of codes would spread without anybody's decision."),
    Kind.EXPORT: _("Never cloned: a stranger with a code could carry everybody's data away at once."),
    Kind.MAILBOX_HOSTS: _("Never cloned: whoever decides where mailboxes are read could read everybody's mail."),
}
_WITHHELD: dict[str, Promise] = {
    NOT_CLONEABLE: _("The organization does not let PIN codes pass it on."),
    MASKED: _("Left out by whoever issued the PIN code."),
    TAKEN_APART: _("It holds something that is not passed on, so the rest of it is given one by one."),
    BY_PROFILE: _("It is held only by a profile of which nothing is passed on."),
    OWNER_INACTIVE: _("Its owner is not active, and may do nothing."),
    NOT_AGREED: _("The PIN code went to somebody else, and no second operator agreed to this. Give a new one."),
}
_REFUSED: dict[str, Promise] = {
    "empty": _("This is needed. Fill it in."),
    "too_long": _("This is too long."),
    "control_character": _("This contains signs that cannot be seen. Type it by hand."),
    "not_unicode": _("This contains signs that are not text. Type it by hand."),
    "not_a_key": _("Programs read this: begin with a letter or digit, then letters, digits and . _ : - only."),
    "taken": _("There is one of this key already, perhaps in other capitals."),
    "too_many": _("There are as many as there may be. Remove one first."),
    "unknown_kind": _("There is no such kind. Choose one of these."),
    "unknown_permission": _("A permission that was ticked has been removed meanwhile. Look through them again."),
    "unknown_profile": _("A profile that was ticked has been removed meanwhile. Look through them again."),
    "unknown_effect": _("Choose whether the person may or may not work for it."),
    "repeated": _("This company stands here twice."),
}


def of_kind(kind: str) -> Promise:
    """What a kind of permission means for PIN codes, and of a reserved one why it can never be cloned."""
    return _KINDS[kind]


def why(reason: str) -> Promise:
    """Why something is withheld, of core.REASONS; the reason of a reserved kind is that kind."""
    return _KINDS[reason] if reason in _KINDS else _WITHHELD[reason]


def explain(reason: str) -> Promise:
    """The sentence for the reason of a wanted.RightsRefused."""
    return _REFUSED[reason]
