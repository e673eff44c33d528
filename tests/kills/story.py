"""A story over HTTP: people, strangers and accidents in any order, and a model that knows only what people know."""

import random
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.installation import GATEWAY, Letter
from tests.journeys import world as journeys
from tests.kills import laws
from tests.kills.scene import Scene

OLD = journeys.old("story")  # everybody's first password
TEMPORARY = "temporary_password"
_LINK = re.compile(r"/r/([A-Za-z0-9_-]{43})\s*$", re.MULTILINE)
_CODE = re.compile(r"^(\d{6})\s*$", re.MULTILINE)
_PASSWORD = re.compile(r"^([A-Za-z0-9]{10})\s*$", re.MULTILINE)


@dataclass
class Someone:
    """A person as the model knows them. `over` holds what must never open anything again."""

    email: str
    sms: str = ""
    password: str = OLD
    changes: int = 0
    hash: str = ""
    device: str = ""
    is_active: bool = True
    links: list[tuple[str, str]] = field(default_factory=list)  # token, code
    temporary: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    over: set[str] = field(default_factory=set)


def cast() -> list[Someone]:
    """Mara has a phone, Vera has none, and Rosa's mailbox refuses whatever comes."""
    maras = [Someone(f"mara-{number}@movers.example", f"415555020{number}") for number in range(3)]
    return [*maras, Someone("vera@movers.example"), Someone("rosa@full.example")]


def world() -> dict:
    """The world file's content at the beginning."""
    whole = journeys.world()
    movers, labs = whole["tenants"]
    movers["settings"]["ticket_expiration_minutes"] = 1440
    movers["people"] = [_entry(someone) for someone in cast()]
    labs["people"] = []
    return whole


def _entry(someone: Someone) -> dict:
    home = someone.email.replace("@", "@home.")
    return journeys.person("story", email=someone.email, sms=_plus(someone.sms), other_addresses=[home])


def _plus(sms: str) -> str:
    return f"+1{sms}" if sms else ""


class Story:
    """One walk; `seed` decides everything but what the clock of the machine does."""

    def __init__(self, scene: Scene, seed: int):
        self.scene, self.keyturn = scene, scene.keyturn
        self.chosen = random.Random(seed)
        self.people = cast()
        self.world = world()
        self.is_open = True  # the tenant
        self.read = 0
        self.told: list[str] = []
        for someone in self.people:
            self._enter(someone, someone.password)
        self._check()

    def tell(self, steps: int) -> None:
        """So many things happen; after each the laws hold and the model is right."""
        acts = [act for act, weight in self._acts().items() for _ in range(weight)]
        for _ in range(steps):
            self._return_some()
            act, someone = self.chosen.choice(acts), self.chosen.choice(self.people)
            self.told.append(f"{act.__name__} {someone.email}")
            act(someone)
            self._read_mail()
            self._check()
        self._return_all()
        self.keyturn.settle()
        self._read_mail()
        self._check()
        for someone in self.people:
            self.may_sign_in(someone)

    def _acts(self) -> dict[Callable, int]:
        return {
            self.asks: 8,
            self.asks_and_waits: 8,
            self.gets_back_in: 8,
            self.opens_the_link: 2,
            self.guesses: 4,
            self.redeems: 8,
            self.redeems_an_earlier_link: 3,
            self.may_sign_in: 4,
            self.signs_in_with_what_is_over: 4,
            self.signs_in_with_a_temporary_password: 6,
            self.uses_a_session: 3,
            self.leaves: 1,
            self.the_tenant_is_suspended: 1,
            self.a_worker_is_killed: 3,
            self.an_hour_passes: 5,
            self.a_day_passes: 2,
        }

    # --- what people do ---------------------------------------------------------------------------------------

    def asks(self, someone: Someone) -> None:
        claim = {"method": TEMPORARY} if self.chosen.random() < 0.5 else {}
        if someone.sms and claim:
            claim["phone"] = _plus(someone.sms)
        self.keyturn.ask(email=someone.email, **claim)

    def asks_and_waits(self, someone: Someone) -> None:
        self.asks(someone)
        self.keyturn.settle()

    def gets_back_in(self, someone: Someone) -> None:
        """The ordinary story, so that chance does not have to invent it."""
        self.asks_and_waits(someone)
        self._read_mail()
        self.redeems(someone)
        self.signs_in_with_a_temporary_password(someone)

    def opens_the_link(self, someone: Someone) -> None:
        for token, _code in someone.links[-1:]:
            before = self._tries()
            with self.keyturn.client() as app:
                assert app.get(f"/r/{token}").status_code < 500
            assert self._tries() == before

    def guesses(self, someone: Someone) -> None:
        for token, code in someone.links[-1:]:
            wrong = f"{(int(code) + 1) % 10**6:06}"
            assert self._redeem(token, wrong, _strong()) != 204
            assert self._redeem(token, code, "weak") != 204
            assert self._redeem(token[:16] + secrets.token_urlsafe(20)[:27], code, _strong()) != 204

    def redeems(self, someone: Someone) -> None:
        """Twice at the same moment, as two impatient fingers do, with a password each: one of them at most."""
        for token, code in someone.links[-1:]:
            must = self._counts(token) and self._may(someone)
            passwords = [_strong(), _strong()]
            with ThreadPoolExecutor(2) as fingers:
                told = list(fingers.map(self._redeem, [token] * 2, [code] * 2, passwords))
            assert told.count(204) == 1 if must else told.count(204) <= 1, told
            if 204 in told:
                assert self._may(someone)
                assert token not in someone.over
                self._changed(someone, passwords[told.index(204)])

    def redeems_an_earlier_link(self, someone: Someone) -> None:
        for token, code in someone.links[:-1]:
            assert self._redeem(token, code, _strong()) != 204

    def may_sign_in(self, someone: Someone) -> None:
        """With the right password, from a device of one's own; it cancels the temporary ones."""
        status = self._enter(someone, someone.password)
        assert (status == 201) == self._may(someone), status
        if status == 201:
            someone.over.update(someone.temporary)

    def signs_in_with_what_is_over(self, someone: Someone) -> None:
        if someone.over:
            assert self.keyturn.sign_in(someone.email, self.chosen.choice(sorted(someone.over))).status_code != 201
        other = self.chosen.choice([one for one in self.people if one is not someone])
        for text in other.temporary[-1:]:
            assert self.keyturn.sign_in(someone.email, text).status_code != 201

    def signs_in_with_a_temporary_password(self, someone: Someone) -> None:
        for text in someone.temporary[-1:]:
            answer = self.keyturn.sign_in(someone.email, text)
            if answer.status_code != 201:
                return
            assert text not in someone.over
            assert self._may(someone)
            assert answer.json()["must_change_password"]
            someone.over.update(someone.temporary)
            self._sets_an_own_password(someone, answer.json()["token"])

    def _sets_an_own_password(self, someone: Someone, token: str) -> None:
        new = _strong()
        with self.keyturn.with_session(token) as app:
            assert app.get("/api/v1/me").status_code == 403
            assert app.put("/api/v1/password", json={"new_password": new}).status_code == 204
        self._changed(someone, new)

    def uses_a_session(self, someone: Someone) -> None:
        """The newest counts while the person may enter; those of an earlier password never."""
        for number, token in enumerate(reversed(someone.sessions)):
            with self.keyturn.with_session(token) as app:
                status = app.get("/api/v1/me").status_code
            assert (status == 200) == (self._may(someone) and token not in someone.over), (number, status)

    # --- what happens to them ---------------------------------------------------------------------------------

    def leaves(self, someone: Someone) -> None:
        someone.is_active = False
        self._load()

    def the_tenant_is_suspended(self, _someone: Someone) -> None:
        self.is_open = False
        self._load()

    def _return_some(self) -> None:
        """Whoever left comes back after a while, and so does the tenant."""
        if not (self.is_open and all(someone.is_active for someone in self.people)) and self.chosen.random() < 0.2:
            self._return_all()

    def _return_all(self) -> None:
        self.is_open = True
        for someone in self.people:
            someone.is_active = True
        self._load()

    def a_worker_is_killed(self, _someone: Someone) -> None:
        self.scene.kill_worker(self.chosen.randrange(len(self.scene.workers)))

    def an_hour_passes(self, _someone: Someone) -> None:
        """One may ask again."""
        self.keyturn.write("DELETE FROM limits_counter")

    def a_day_passes(self, _someone: Someone) -> None:
        """What was sent is too old."""
        self.keyturn.settle()
        self._read_mail()
        self.keyturn.write("UPDATE recovery_ticket SET expires_at = created_at")
        self.keyturn.write("UPDATE directories_temporarypassword SET expires_at = created_at")
        for someone in self.people:
            someone.over.update(self._secrets_of(someone))

    def _load(self) -> None:
        movers = self.world["tenants"][0]
        movers["status"] = "active" if self.is_open else "suspended"
        for entry, someone in zip(movers["people"], self.people, strict=True):
            entry["status"] = "active" if someone.is_active else "inactive"
        self.keyturn.load(self.world)
        self.scene.wait_a_second()  # so long a suspension may take

    # --- what must hold ---------------------------------------------------------------------------------------

    def _check(self) -> None:
        assert laws.broken(self.keyturn) == []
        stored = self.keyturn.rows(
            "SELECT a.login, a.credential_epoch, p.hash FROM directories_account a "
            "JOIN directories_storedpassword p ON p.account_id = a.id"
        )
        now = {login: (epoch, hash_) for login, epoch, hash_ in stored}
        for someone in self.people:
            epoch, hash_ = now[someone.email]
            assert epoch == someone.changes
            someone.hash = someone.hash or hash_
            assert hash_ == someone.hash, "the password changed, and nobody changed it"

    def _changed(self, someone: Someone, new: str) -> None:
        someone.over |= {someone.password, *someone.sessions, *self._secrets_of(someone)}
        someone.password, someone.changes, someone.hash = new, someone.changes + 1, ""

    def _secrets_of(self, someone: Someone) -> set[str]:
        return {token for token, _code in someone.links} | set(someone.temporary)

    def _may(self, someone: Someone) -> bool:
        return someone.is_active and self.is_open

    # --- reading ----------------------------------------------------------------------------------------------

    def _read_mail(self) -> None:
        """Secrets go to the main address or the phone on record, and nowhere else."""
        letters = self.keyturn.letters()
        for letter in letters[self.read :]:
            if secret := _secret(letter):
                someone = self._reader(letter.to)
                kept = someone.links if isinstance(secret, tuple) else someone.temporary
                if secret not in kept:  # a second copy is what a kill may cost
                    kept.append(secret)
        self.read = len(letters)

    def _reader(self, address: str) -> Someone:
        by_address = {someone.email: someone for someone in self.people}
        by_address |= {f"{someone.sms}@{GATEWAY}": someone for someone in self.people if someone.sms}
        assert address in by_address, f"a secret was sent to {address}"
        return by_address[address]

    def _counts(self, token: str) -> bool:
        """Whether this link must work now. Nobody can say while an intake waits that may supersede it."""
        if self.keyturn.rows("SELECT 1 FROM recovery_intake WHERE due_at IS NOT NULL"):
            return False
        live = "t.state = 'open' AND t.attempts < t.max_attempts AND t.expires_at > t.created_at"
        joined = "directories_account a ON a.id = t.account_id AND a.credential_epoch = t.credential_epoch"
        where = f"t.selector = '{token[:16]}' AND {live}"
        return bool(self.keyturn.rows(f"SELECT 1 FROM recovery_ticket t JOIN {joined} WHERE {where}"))

    def _tries(self) -> int:
        return self.keyturn.rows("SELECT sum(attempts) FROM recovery_ticket")[0][0]

    def _enter(self, someone: Someone, password: str) -> int:
        body = {"identifier": someone.email, "password": password}
        body |= {"device": someone.device} if someone.device else {}
        with self.keyturn.client() as app:
            answer = app.post("/api/v1/sessions", json=body)
        if answer.status_code == 201:
            someone.device = answer.json()["device"]
            someone.sessions.append(answer.json()["token"])
        return answer.status_code

    def _redeem(self, token: str, code: str, new: str) -> int:
        body = {"token": token, "code": code, "new_password": new}
        with self.keyturn.client() as app:
            return app.post("/api/v1/recoveries/redeem", json=body).status_code


def _secret(letter: Letter) -> tuple[str, str] | str | None:
    link, code, password = (pattern.search(letter.text) for pattern in (_LINK, _CODE, _PASSWORD))
    return (link[1], code[1]) if link and code else password and password[1]


def _strong() -> str:
    return secrets.token_urlsafe(15)
