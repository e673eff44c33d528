"""What people do in the stories about PINs: somebody signs up with one, the worker looks, they sign in."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyturn.access.sign_in import Credentials, sign_in
from keyturn.enrollment import pins, resolving, sign_ups
from keyturn.enrollment.core import pin as core
from keyturn.enrollment.models import Pin, SignUp
from keyturn.enrollment.sign_ups import Accepted, Asked
from keyturn.lib import clock, seal
from keyturn.outbox import posting
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.tenants import finding
from keyturn.tenants.models import Tenant

__all__ = ["changes", "sign_ups"]
_SOURCES = iter(range(10**9))
OTTO = "operator:7d4f1a60-0000-4000-8000-000000000000"
PIA, PIAS_EMAIL = "pia", "pia@movers.example"


@dataclass(frozen=True)
class Given:
    """A PIN, and its text, as the owner read it in the mail."""

    pin: Pin
    text: str


def issue(owner: Person, actor: str = OTTO, **terms: Any) -> Given:
    """Otto gives somebody a PIN."""
    pin = pins.issue(owner, pins.Terms(**terms), clock.now(), actor=actor).pin
    return Given(pin, pins.opened(pin).written)


def asks(tenant: Tenant, pin: str, **others: Any) -> Asked:
    """The form of /sign-up, each time from elsewhere."""
    typed = {"email": PIAS_EMAIL, "username": PIA, "door": "web", "source": f"src-{next(_SOURCES)}"} | others
    return Asked(pin=pin, tenant=tenant, **typed)


def resolve_all() -> int:
    """Let the worker look at whatever waits; how many there were."""
    count = 0
    while resolving.step():
        count += 1
    return count


def sign_up(tenant: Tenant, pin: str, **others: Any) -> SignUp:
    """Ask, let the worker look, and what the log of the current tenant says of it."""
    answer = sign_ups.ask(asks(finding.by_id(tenant.id), pin, **others), clock.now())
    assert isinstance(answer, Accepted)
    resolve_all()
    return SignUp.objects.get(reference=answer.reference)


def values_of(message: Message) -> dict[str, str]:
    """What a waiting message will say; tests are allowed to open it."""
    return json.loads(seal.unseal("outbox", message.sealed, posting.sealed_for(message)))


def mailed(purpose: str = "password_new") -> dict[str, str]:
    """What the newest message of this purpose will say."""
    return values_of(Message.objects.filter(purpose=purpose).latest("created_at"))


def signs_in(tenant: Tenant, password: str, name: str = PIA, now: datetime | None = None) -> object:
    """Sign in to the API, each time from elsewhere."""
    source = f"src-{next(_SOURCES)}"
    credentials = Credentials(identifier=name, password=password, device="", source=source, kind="api")
    return sign_in(credentials, finding.by_id(tenant.id), now or clock.now())


def core_text(pin: Pin) -> str:
    """A PIN that ended, of which nobody has the text any more: its selector, and a secret that fits no hash."""
    return core.PinText(pin.selector, core.draw().secret).written
