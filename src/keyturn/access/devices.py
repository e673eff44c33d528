"""Known devices: what a browser or app gets at a successful sign-in or recovery and shows at the next sign-in.

Nothing is stored here: the device carries it, encrypted and authenticated by lib.seal. It holds a random name,
the login it is good for, and the masked address that the recovery dialog may show on this device (M4.2).
"""

import base64
import json
from dataclasses import dataclass

from keyturn.lib import addresses, digest, seal
from keyturn.people import queries
from keyturn.people.models import Person
from keyturn.tenants import scope

_LONGEST = 2048


@dataclass(frozen=True)
class Device:
    """A device that somebody signed in from before."""

    id: str
    masked_email: str


def make(login_key: str, masked_email: str, *, device_id: str | None = None) -> str:
    """What to hand to a device after a successful sign-in, safe in cookies and JSON; a known one keeps its id."""
    content = json.dumps([device_id or digest.opaque_token(12), login_key, masked_email]).encode()
    return base64.urlsafe_b64encode(seal.wrap(content, _context())).decode("ascii")


def make_for(person: Person) -> str:
    """The same for a device whose owner proved it otherwise than by signing in: by link and code."""
    email = queries.main_email(person)
    return make(person.identifier_key, addresses.parse(email.raw).masked if email else "")


def read(text: str, login_key: str) -> Device | None:
    """The device, if we made this text, in this tenant, for this login; None for everything else."""
    if not text or len(text) > _LONGEST or not text.isascii():
        return None
    try:
        device_id, owner, masked_email = json.loads(seal.unwrap(base64.urlsafe_b64decode(text), _context()))
    except (seal.SealBroken, ValueError):
        return None
    return Device(device_id, masked_email) if owner == login_key else None


def _context() -> str:
    return f"device|{scope.current_id()}"
