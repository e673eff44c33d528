"""The people of a story, as the model knows them: what they set, what was sent to them, what must be over."""

import itertools
import re
from dataclasses import dataclass, field

from tests.letters import GATEWAY, Letter

FIRST_PASSWORD = "orange bicycle under snow"
_LINK = re.compile(r"/r/([A-Za-z0-9_-]{43})\s*$", re.MULTILINE)
_CODE = re.compile(r"^(\d{6})\s*$", re.MULTILINE)
_TEMPORARY = re.compile(r"^([A-Za-z0-9]{10})\s*$", re.MULTILINE)
_NUMBERS = itertools.count(4_152_000_000)  # unique in the installation


@dataclass(frozen=True)
class Link:
    """Link and code, as their holder has them."""

    token: str
    code: str


@dataclass(frozen=True)
class Temporary:
    """A temporary password as its holder has it, and the message that brought it."""

    text: str
    message_id: str


@dataclass(frozen=True)
class Session:
    """A session's token, and the minute of the story in which it was opened."""

    token: str
    minute: int


@dataclass
class Someone:
    """A person. `over` holds every secret that must never open anything again."""

    name: str
    email: str
    number: str = ""  # ten digits
    is_active: bool = True
    password: str = FIRST_PASSWORD
    changes: int = 0
    hash: str = ""
    device: str = ""
    in_vain: int = 0  # refusals of the right password from their own device since it was taken last
    links: list[Link] = field(default_factory=list)
    temporaries: list[Temporary] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    restricted: list[Session] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    over: set[str] = field(default_factory=set)

    @property
    def home(self) -> str:
        """The other address, which only hears of changes."""
        return self.email.replace("@", "@home.")

    @property
    def reads_secrets_at(self) -> set[str]:
        """The main address, and the phone on record."""
        return {self.email} | ({f"{self.number}@{GATEWAY}"} if self.number else set())

    def read(self, letter: Letter) -> Link | Temporary | None:
        """Keep the secret that it brings; a second copy, which a kill may cost, brings nothing new."""
        link, code, password = (pattern.search(letter.text) for pattern in (_LINK, _CODE, _TEMPORARY))
        if link and code:
            return _kept(self.links, Link(link[1], code[1]))
        return _kept(self.temporaries, Temporary(password[1], letter.message_id)) if password else None

    def has_changed_to(self, new: str) -> None:
        """Another password: whatever was given out before is over."""
        self.over |= {self.password} | {session.token for session in (*self.sessions, *self.restricted)}
        self.over |= {link.token for link in self.links} | {temporary.text for temporary in self.temporaries}
        self.earlier.append(self.password)
        self.password, self.changes, self.hash = new, self.changes + 1, ""


def _kept(things: list, new):
    if new in things:
        return None
    things.append(new)
    return new


def carries_a_secret(letter: Letter) -> bool:
    """Whether somebody else must not read this."""
    return any(pattern.search(letter.text) for pattern in (_LINK, _TEMPORARY))


def cast(slug: str) -> list[Someone]:
    """Mara has a phone, Vera has none, and Nils left."""
    names = [f"{name}@{slug}.example" for name in ("mara", "vera", "nils")]
    mara, vera, nils = (Someone(email.partition("@")[0], email) for email in names)
    mara.number, nils.is_active = str(next(_NUMBERS)), False
    return [mara, vera, nils]
