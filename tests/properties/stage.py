"""The stage of the story machine: one fresh tenant an example, a clock we set, a mail server in memory.

The product runs as it is; only the clock, the mail server and the points where a process may die are ours.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from keyturn.directories import accounts
from keyturn.lib import clock, points
from keyturn.outbox import deliver
from keyturn.outbox.models import CellProvider
from keyturn.outbox.transports.base import Later, Outgoing, Receipt, Refused, Transport
from keyturn.people import changes
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Person
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

_NUMBERS = count(2_000_000)  # unique in the installation
FIRST_PASSWORD = "orange bicycle under snow"
_LINK = re.compile(r"/r/([A-Za-z0-9_-]{43})$", re.M)
_CODE = re.compile(r"^(\d{6})$", re.M)
_TEMPORARY = re.compile(r"^([A-Za-z0-9]{10})$", re.M)


class Killed(BaseException):
    """The process ends here. Not an Exception, so that nothing in the product catches it."""


@dataclass
class PostOffice:
    """Takes mail, refuses it, or says later, as the story wishes."""

    mood: str = "takes"
    taken: list[Outgoing] = field(default_factory=list)

    def transport(self, _server: object) -> Transport:
        """What delivering uses in place of SMTP."""
        return _Counter(self)


class _Counter(Transport):
    name = "counter"

    def __init__(self, office: PostOffice):
        self.office = office

    def send(self, outgoing: Outgoing) -> Receipt:
        if self.office.mood == "refuses":
            raise Refused("550 5.1.1 no such mailbox")
        if self.office.mood == "later":
            raise Later("451 try again")
        self.office.taken.append(outgoing)
        return Receipt("250 2.0.0 taken")


@dataclass
class Stage:
    """One tenant and its people, and everything the story can turn."""

    tenant: Tenant
    office: PostOffice
    moment: datetime
    people: dict[str, Person] = field(default_factory=dict)
    dies_at: str | None = None

    def now(self) -> datetime:
        """The clock of this stage."""
        return self.moment

    def reach(self, name: str) -> None:
        """A point of a flow: here the process may die."""
        if name == self.dies_at:
            self.dies_at = None
            raise Killed(name)

    @contextmanager
    def killed_at(self, point: str | None):
        """Whatever runs within dies at this point, if it comes there."""
        self.dies_at = point
        try:
            yield
        except Killed:
            pass
        finally:
            self.dies_at = None


def set_up(monkeypatch, settings) -> Stage:
    """A fresh tenant with Mara (email and phone), Vera (email), and Nils, who left."""
    stage = Stage(_tenant(), PostOffice(), datetime.now(UTC))
    settings.KEYTURN_EMAIL_URL = "smtp://127.0.0.1:1?tls=none"
    monkeypatch.setattr(clock, "now", stage.now)
    monkeypatch.setattr(deliver, "Smtp", stage.office.transport)
    monkeypatch.setattr(points, "reach", stage.reach)
    monkeypatch.setattr(deliver, "reach", stage.reach, raising=False)
    with scope.inside(stage.tenant.id):
        _people(stage)
    return stage


def _tenant() -> Tenant:
    name = uuid4().hex[:12]
    return Tenant.objects.create(
        slug=name, name=name, public_url=f"http://{name}.localhost:8000", allow_mobile_password_reset=True
    )


def _people(stage: Stage) -> None:
    slug = stage.tenant.slug
    provider = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    phones = {"mara": (NewPhone(f"+1415{next(_NUMBERS)}"),)}
    for name in ("mara", "vera", "nils"):
        new = NewPerson(
            f"{name}@{slug}.example",
            name.title(),
            email=f"{name}@{slug}.example",
            other_addresses=(f"{name}@home.{slug}.example",),
            phones=phones.get(name, ()),
            status="inactive" if name == "nils" else "active",
            allow_mobile_password_reset=True,
            cell_provider_id=provider.id,
        )
        person = changes.create(new, stage.moment)
        account = accounts.open(person, person.identifier, stage.moment)
        accounts.set_first_password(account, FIRST_PASSWORD, stage.moment)
        stage.people[name] = person


def link_and_code(outgoing: Outgoing) -> tuple[str, str] | None:
    """What a recovery mail carries."""
    link, code = _LINK.search(outgoing.text), _CODE.search(outgoing.text)
    return (link[1], code[1]) if link and code else None


def temporary_password(outgoing: Outgoing) -> str | None:
    """What a message with a temporary password carries."""
    found = _TEMPORARY.search(outgoing.text)
    return found[1] if found else None
