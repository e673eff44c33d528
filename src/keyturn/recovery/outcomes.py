"""How an attempt to redeem a ticket can end. A door turns each into a page or a status code."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keyturn.passwords.core.judge import Judgement
from keyturn.people.models import Person


class Answer(StrEnum):
    """All that a stranger hears of a refusal."""

    NOT_ACCEPTED = "not_accepted"  # wrong code, wrong link, expired, used, replaced: one word for all of them
    ASK_AGAIN = "ask_again"  # the right link, and its tries are used up


@dataclass(frozen=True)
class Redeemed:
    """The password is set. Nobody is signed in by it."""

    person: Person


@dataclass(frozen=True)
class Refused:
    """Link and code together open nothing."""

    reason: Answer


@dataclass(frozen=True)
class Weak:
    """The new password does not meet the requirements. No try was counted."""

    judgement: Judgement


@dataclass(frozen=True)
class Malformed:
    """A field that cannot be read: `code` or `new_password`. No try was counted."""

    field: str


@dataclass(frozen=True)
class Wait:
    """This source came with too many made-up links; ask again at `until`. No ticket was touched."""

    until: datetime


@dataclass(frozen=True)
class Busy:
    """Somebody redeems this very ticket at this moment; usually a double click. No try was counted."""


@dataclass(frozen=True)
class DirectoryDown:
    """The directory did not answer. Nothing changed; the ticket can be used again."""


@dataclass(frozen=True)
class NotTaken:
    """The directory will not have this password; `words` are its own. The ticket can be used again."""

    words: str


Outcome = Redeemed | Refused | Weak | Malformed | Wait | Busy | DirectoryDown | NotTaken
