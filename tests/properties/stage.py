"""What a story can do to Keyturn, whichever way it is reached: in this process (in_process) or over HTTP (served)."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tests.letters import Letter
from tests.properties.people import Link, Someone


class Answer(StrEnum):
    """What came of sending a form. `DIED`: there was no answer, the process died over it."""

    DONE, REFUSED, WAIT, DIED = "done", "refused", "wait", "died"


class Mood(StrEnum):
    """How the mail server is."""

    TAKES, REFUSES, LATER = "takes", "refuses", "later"


class May(StrEnum):
    """What a session opens."""

    ALL, SET_A_PASSWORD, NOTHING = "all", "set a password", "nothing"


@dataclass(frozen=True)
class Entered:
    """Somebody was signed in."""

    token: str
    device: str
    must_change_password: bool


class Stage(ABC):
    """One fresh tenant with its people, and everything that a story can turn."""

    people: dict[str, Someone]
    tenant: str  # its id, 32 hexadecimal digits

    @abstractmethod
    def ask(self, someone: Someone, method: str, *, by_phone: bool) -> None:
        """Say "I forgot"."""

    @abstractmethod
    def beset(self, mood: Mood, death: str | None) -> None:
        """From now on the mail server is in this mood, and the first worker that comes to the point `death` dies."""

    @abstractmethod
    def work(self) -> None:
        """Let the workers come to the end of what is due; nobody is doomed any more then."""

    @abstractmethod
    def letters(self) -> Sequence[Letter]:
        """What arrived since the last look."""

    @abstractmethod
    def open_link(self, link: Link) -> None:
        """Look at the page, as mail scanners do."""

    @abstractmethod
    def redeem(self, link: Link, passwords: Sequence[str], death: str | None = None) -> list[Answer]:
        """Send the form once for each password, at the same moment where that can be; one may die at a point."""

    @abstractmethod
    def sign_in(self, someone: Someone, password: str, device: str = "") -> Entered | None:
        """Sign in as an app does, never from the same source twice."""

    @abstractmethod
    def may(self, token: str) -> May:
        """What a session opens now."""

    @abstractmethod
    def set_own_password(self, token: str, new: str) -> Answer:
        """Set a password from within a session."""

    @abstractmethod
    def pass_time(self, minutes: int) -> None:
        """Let the clock jump."""

    @abstractmethod
    def set_active(self, someone: Someone, is_active: bool) -> None:
        """Somebody leaves, or comes back."""

    @abstractmethod
    def set_open(self, is_open: bool) -> None:
        """The tenant is suspended, or is not any more."""

    @abstractmethod
    def is_still(self) -> bool:
        """Whether no worker will do anything before time passes or somebody asks."""

    @abstractmethod
    def now(self) -> datetime:
        """The time by which Keyturn decides."""

    @abstractmethod
    def rows(self, statement: str) -> list[tuple]:
        """What a thief with the database would read."""

    @abstractmethod
    def close(self) -> None:
        """The story is over; the next one finds nothing of it under way."""
