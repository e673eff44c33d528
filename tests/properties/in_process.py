"""The stage in this process: the product's flows are called as they are.

Only the clock, the mail server and the points where a process may die are ours.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from keyturn.access import own_password, sessions, sign_in
from keyturn.access.own_password import Changed, NewOwn
from keyturn.access.sign_in import Credentials, SignedIn
from keyturn.directories import accounts
from keyturn.lib import clock, points
from keyturn.outbox import deliver
from keyturn.outbox.models import CellProvider, Message
from keyturn.outbox.transports.base import Later, Outgoing, Receipt, Refused, Transport
from keyturn.people import changes
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Person
from keyturn.recovery import follow_up, intake, redeem, resolve
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.intake import Asked
from keyturn.recovery.models import Intake
from keyturn.recovery.redeem import Attempt, Busy, Redeemed, Wait
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.letters import GATEWAY, Letter
from tests.properties.people import FIRST_PASSWORD, Link, Someone, cast
from tests.properties.stage import Answer, Entered, May, Mood, Stage

_SOURCES = (f"203.0.113.{number}" for number in count())  # limits by source outlive a story


class Killed(BaseException):
    """The process ends here. Not an Exception, so that nothing in the product catches it."""


@dataclass
class PostOffice(Transport):
    """Takes mail, refuses it, or says later, as the story wishes."""

    name = "counter"
    mood: Mood = Mood.TAKES
    taken: list[Letter] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> Receipt:
        """What delivering uses in place of SMTP."""
        if self.mood is Mood.REFUSES:
            raise Refused("550 5.1.1 no such mailbox")
        if self.mood is Mood.LATER:
            raise Later("451 try again")
        self.taken.append(Letter(outgoing.to, outgoing.subject, outgoing.text, outgoing.html, outgoing.header_id))
        return Receipt("250 2.0.0 taken")


class InProcess(Stage):
    """Workers take their steps when the story says so, and one after another."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.moment, self.office, self.dies_at = datetime.now(UTC), PostOffice(), None
        patch.setattr(settings, "KEYTURN_EMAIL_URL", "smtp://127.0.0.1:1?tls=none")
        patch.setattr(clock, "now", self.now)
        patch.setattr(points, "reach", self._reach)
        patch.setattr(deliver, "mail_transport", lambda _server: self.office)
        slug = uuid4().hex[:12]
        row = Tenant.objects.create(slug=slug, name=slug, public_url=f"http://{slug}.localhost:8000")
        Tenant.objects.filter(pk=row.pk).update(allow_mobile_password_reset=True)
        self.tenant = row.pk.hex
        self.people = {someone.name: someone for someone in cast(slug)}
        self._room = scope.inside(row.pk)
        self._room.__enter__()
        self._put_on_record()

    def close(self) -> None:
        Message.objects.all().delete()  # the next story's worker must not find them
        self._room.__exit__(None, None, None)
        Intake.objects.all().delete()

    # --- what people do ---------------------------------------------------------------------------------------

    def ask(self, someone: Someone, method: str, *, by_phone: bool) -> None:
        claim = Claim(email=someone.email, phone=f"+1{someone.number}" if by_phone and someone.number else "")
        intake.ask(Asked(claim, method, "api", next(_SOURCES), self._tenant()), self.moment)

    def open_link(self, link: Link) -> None:
        redeem.look(link.token)

    def redeem(self, link: Link, passwords: Sequence[str], death: str | None = None) -> list[Answer]:
        self.dies_at = death
        answers = [self._redeem(Attempt(link.token, link.code, new, next(_SOURCES))) for new in passwords]
        self.dies_at = None
        return answers

    def sign_in(self, someone: Someone, password: str, device: str = "") -> Entered | None:
        credentials = Credentials(someone.email, password, device, next(_SOURCES), "api")
        answer = sign_in.sign_in(credentials, self._tenant(), self.moment)
        if not isinstance(answer, SignedIn):
            return None
        return Entered(answer.token, answer.device, answer.must_change_password)

    def may(self, token: str) -> May:
        session = sessions.resolve(token, "api", self.moment)
        if session is None:
            return May.NOTHING
        return May.SET_A_PASSWORD if session.is_restricted else May.ALL

    def set_own_password(self, token: str, new: str) -> Answer:
        session = sessions.resolve(token, "api", self.moment)
        if session is None:
            return Answer.REFUSED
        outcome = own_password.change(session, NewOwn(new), next(_SOURCES), self.moment)
        return _answer(outcome, done=Changed, wait=sign_in.Wait)

    def _redeem(self, attempt: Attempt) -> Answer:
        with self._mortal() as life:
            return _answer(redeem.redeem(attempt, self.moment), done=Redeemed, wait=(Busy, Wait))
        return life

    # --- what happens to them ---------------------------------------------------------------------------------

    def beset(self, mood: Mood, death: str | None) -> None:
        self.office.mood, self.dies_at = mood, death

    def work(self) -> None:
        for step in (resolve.step, deliver.step, follow_up.step):
            with self._mortal():
                while step():
                    pass
        self.dies_at = None

    def letters(self) -> list[Letter]:
        taken, self.office.taken = self.office.taken, []
        return taken

    def pass_time(self, minutes: int) -> None:
        self.moment += timedelta(minutes=minutes)

    def set_active(self, someone: Someone, is_active: bool) -> None:
        person = Person.objects.get(identifier=someone.email)
        changes.set_status(person, "active" if is_active else "inactive", self.moment)

    def set_open(self, is_open: bool) -> None:
        Tenant.objects.filter(pk=self.tenant).update(status="active" if is_open else "suspended")

    # --- what can be seen -------------------------------------------------------------------------------------

    def is_still(self) -> bool:
        return True  # nobody works while the story does something else

    def now(self) -> datetime:
        return self.moment

    def rows(self, statement: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    # --- how it is made ---------------------------------------------------------------------------------------

    def _reach(self, name: str) -> None:
        if name == self.dies_at:
            self.dies_at = None
            raise Killed(name)

    @contextmanager
    def _mortal(self) -> Iterator[Answer]:
        """Whatever runs within may die; the others go on."""
        try:
            yield Answer.DIED
        except Killed:
            pass

    def _tenant(self) -> Tenant:
        return Tenant.objects.get(pk=self.tenant)

    def _put_on_record(self) -> None:
        provider = CellProvider.objects.create(name="Example Wireless", sms_domain=GATEWAY)
        for someone in self.people.values():
            person = changes.create(_new(someone, provider), self.moment)
            account = accounts.open(person, person.identifier, self.moment)
            accounts.set_first_password(account, FIRST_PASSWORD, self.moment)


def _new(someone: Someone, provider: CellProvider) -> NewPerson:
    return NewPerson(
        someone.email,
        someone.name.title(),
        email=someone.email,
        other_addresses=(someone.home,),
        phones=(NewPhone(f"+1{someone.number}"),) if someone.number else (),
        status="active" if someone.is_active else "inactive",
        allow_mobile_password_reset=True,
        cell_provider_id=provider.id,
    )


def _answer(outcome: object, *, done: type, wait: type | tuple[type, ...]) -> Answer:
    if isinstance(outcome, done):
        return Answer.DONE
    return Answer.WAIT if isinstance(outcome, wait) else Answer.REFUSED
