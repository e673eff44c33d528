"""The stage over HTTP: real web and worker processes, a real mail server, real kill -9.

One installation serves every story; each has a tenant of its own. Time passes by ageing rows.
"""

import email
import email.policy
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import httpx2

from tests import letters
from tests.journeys import world as journeys
from tests.kills.scene import AGAIN, Scene
from tests.letters import Letter
from tests.mailserver import MailServer
from tests.patience import PATIENCE, wait_for
from tests.properties import ageing
from tests.properties.people import FIRST_PASSWORD, Link, Someone, cast
from tests.properties.stage import Answer, Entered, May, Mood, Stage

PROGRAM = "tests.kills.doomed"
KEPT = {f"KEYTURN_KEEP_{what}_DAYS": "9999" for what in ("INTAKES", "TICKETS", "REFUSALS", "SESSIONS")}
SETTINGS = {"KEYTURN_LEASE_SECONDS": "1"} | KEPT  # a story may last a month, and the laws count what was
MODES = {Mood.TAKES: "accept", Mood.REFUSES: "rcpt_5xx", Mood.LATER: "rcpt_4xx"}
_UNDER_WAY = """SELECT 1 WHERE EXISTS (SELECT 1 FROM recovery_intake WHERE due_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM outbox_message WHERE due_at <= '{now}')
    OR EXISTS (SELECT 1 FROM outbox_message
               WHERE followed_up_at IS NULL AND state IN ('bounced', 'failed', 'expired'))"""
_OVER = "UPDATE outbox_message SET state = 'cancelled', sealed = NULL, due_at = NULL WHERE due_at IS NOT NULL"


@dataclass
class Served:
    """What all stories share: the processes, the mail server, and who was written to in an earlier story."""

    scene: Scene
    mail: MailServer
    webs: int
    deaths: int = 0
    gone: set[str] = field(default_factory=set)


class OverHttp(Stage):
    """Workers and web processes run all the time, and die."""

    def __init__(self, served: Served):
        self.served, self.scene, self.keyturn = served, served.scene, served.scene.keyturn
        self.slug = uuid4().hex[:12]
        self.people = {someone.name: someone for someone in cast(self.slug)}
        self.is_open = True
        self.served.mail.forget()
        self.read = 0
        self._load()
        self._open = ExitStack()
        self._database = self._open.enter_context(self.keyturn.connected())
        self._app = self._open.enter_context(self._client())
        [(tenant,)] = self.rows(f"SELECT id FROM tenants_tenant WHERE slug = '{self.slug}'")
        self.tenant = str(tenant).replace("-", "")

    def close(self) -> None:
        self.beset(Mood.TAKES, None)
        self.work()
        self._database.execute(_OVER)  # what a later story would be sent
        self.served.gone |= {address for someone in self.people.values() for address in someone.reads_secrets_at}
        self._open.close()

    # --- what people do ---------------------------------------------------------------------------------------

    def ask(self, someone: Someone, method: str, *, by_phone: bool) -> None:
        claim = {"email": someone.email, "method": method}
        if by_phone and someone.number:
            claim["phone"] = f"+1{someone.number}"
        assert self._call("POST", "/api/v1/recoveries", json=claim).status_code == 202

    def open_link(self, link: Link) -> None:
        self._call("GET", f"/r/{link.token}")

    def redeem(self, link: Link, passwords: Sequence[str], death: str | None = None) -> list[Answer]:
        if death:
            self.scene.doom(death)
        with ThreadPoolExecutor(len(passwords)) as fingers:
            answers = list(fingers.map(lambda new: self._redeem(link, new), passwords))
        self.scene.spare()
        if Answer.DIED in answers:
            self.served.deaths += 1
            self.scene.revive_web(self.served.webs)
        return answers

    def sign_in(self, someone: Someone, password: str, device: str = "") -> Entered | None:
        body = {"identifier": someone.email, "password": password} | ({"device": device} if device else {})
        answer = self._call("POST", "/api/v1/sessions", json=body)
        if answer.status_code != 201:
            return None
        told = answer.json()
        return Entered(told["token"], told["device"], told["must_change_password"])

    def may(self, token: str) -> May:
        status = self._call("GET", "/api/v1/me", token).status_code
        return {200: May.ALL, 403: May.SET_A_PASSWORD, 401: May.NOTHING}[status]

    def set_own_password(self, token: str, new: str) -> Answer:
        return _told(self._call("PUT", "/api/v1/password", token, json={"new_password": new}))

    def _redeem(self, link: Link, new: str) -> Answer:
        body = {"token": link.token, "code": link.code, "new_password": new}
        try:
            return _told(self._app.post("/api/v1/recoveries/redeem", json=body))
        except httpx2.TransportError:
            return Answer.DIED

    # --- what happens to them ---------------------------------------------------------------------------------

    def beset(self, mood: Mood, death: str | None) -> None:
        self.served.mail.become(MODES[mood])
        if death:
            self.scene.doom(death)

    def work(self) -> None:
        wait_for(self._is_worked_off, "the workers")
        self.scene.spare()

    def letters(self) -> list[Letter]:
        accepted = self.served.mail.accepted()
        new, self.read = accepted[self.read :], len(accepted)
        return [_letter(mail) for mail in new if not self.served.gone & set(mail["recipients"])]

    def pass_time(self, minutes: int) -> None:
        self.work()
        ageing.let_pass(self._database, self.tenant, minutes)
        self.work()

    def set_active(self, someone: Someone, is_active: bool) -> None:
        self._load({someone.name: is_active})

    def set_open(self, is_open: bool) -> None:
        self.is_open = is_open
        self._load()
        time.sleep(1)  # so long a suspension may take

    def kill(self, what: str, which: int) -> None:
        """kill -9 from outside, at whatever moment this is."""
        self.served.deaths += 1
        if what == "worker":
            self.scene.kill_worker(which % len(self.scene.workers))
        elif what == "web process":
            self.scene.kill_a_web_process(which)
        else:
            self.scene.kill_web()
            self.scene.revive_web(self.served.webs)

    # --- what can be seen -------------------------------------------------------------------------------------

    def is_still(self) -> bool:
        return not self.rows(_UNDER_WAY.format(now=f"{self.now():%Y-%m-%d %H:%M:%S.%f}+00:00"))

    def now(self) -> datetime:
        return datetime.now(UTC)  # the database stands on this machine

    def rows(self, statement: str) -> list[tuple]:
        return self._database.execute(statement).fetchall()

    # --- how it is done ---------------------------------------------------------------------------------------

    def _call(self, method: str, path: str, token: str = "", **more) -> httpx2.Response:
        """A request and its answer; sent again when it met a process that had just died, or the database was busy."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}

        def send() -> httpx2.Response | None:
            try:
                answer = self._app.request(method, path, headers=headers, **more)
            except httpx2.TransportError:
                self.scene.revive_web(self.served.webs)  # `serve` gives up when two die in a row
                return None
            assert answer.status_code < 500 or answer.status_code in AGAIN, answer.text
            return [answer] if answer.status_code not in AGAIN else None

        return wait_for(send, f"{method} {path}")[0]

    def _client(self) -> httpx2.Client:
        limits = httpx2.Limits(max_keepalive_connections=0)  # a connection may lead to a process that died since
        headers = {"Host": f"{self.slug}.localhost:{self.keyturn.port}"}
        url = self.keyturn.url()
        return httpx2.Client(base_url=url, headers=headers, timeout=PATIENCE, limits=limits, trust_env=False)

    def _is_worked_off(self) -> bool:
        self.served.deaths += self.scene.bury_the_dead()
        return self.is_still()

    def _load(self, changed: dict[str, bool] | None = None) -> None:
        active = {someone.name: someone.is_active for someone in self.people.values()} | (changed or {})
        people = [_entry(someone, active[someone.name]) for someone in self.people.values()]
        tenant = _tenant(self.slug, "active" if self.is_open else "suspended")
        self.keyturn.load({"tenants": [tenant | {"people": people}]})


def _told(answer: httpx2.Response) -> Answer:
    if answer.status_code == 204:
        return Answer.DONE
    assert answer.status_code < 500 or answer.status_code in AGAIN, answer.text
    return Answer.WAIT if answer.status_code in {*AGAIN, 429} else Answer.REFUSED


def _letter(mail: dict) -> Letter:
    message = email.message_from_bytes(mail["content"], policy=email.policy.default)
    return letters.of(mail["recipients"][0], message)


def _tenant(slug: str, status: str) -> dict:
    movers, *_ = journeys.world()["tenants"]
    host = f"{slug}.localhost"
    return movers | {
        "slug": slug,
        "name": f"Movers {slug}",
        "hosts": [host],
        "public_url": f"http://{host}:8000",
        "status": status,
    }


def _entry(someone: Someone, is_active: bool) -> dict:
    status = "active" if is_active else "inactive"
    number = f"+1{someone.number}" if someone.number else ""
    entry = journeys.person(someone.name, email=someone.email, sms=number, other_addresses=[someone.home])
    return entry | {"name": someone.name.title(), "password": FIRST_PASSWORD, "status": status}
