"""What the story machine knows of its people, and what it holds after every step, whatever happens to them."""

from collections import Counter

from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.properties import laws, oracle
from tests.properties.people import Link, Session, Someone, Temporary, carries_a_secret
from tests.properties.stage import Stage


class Model(RuleBasedStateMachine):
    """It knows only what people know: which password they set last, and what was sent to them."""

    def __init__(self, stage: Stage, told: Counter):
        super().__init__()
        self.stage, self.told = stage, told
        self.people = list(stage.people.values())
        self.is_open = True  # the tenant
        self.minute = 0
        self.ended: set[str] = set()
        self.links: list[tuple[Someone, Link]] = []  # everybody's, the newest last
        self.temporaries: list[tuple[Someone, Temporary]] = []
        self.restricted: list[tuple[Someone, Session]] = []

    def teardown(self) -> None:
        self.stage.close()

    # --- what must always hold --------------------------------------------------------------------------------

    @invariant()
    def no_law_is_broken(self) -> None:
        self.told["steps"] += 1
        assert self.stage.rows(laws.broken(self.stage.tenant)) == []

    @invariant()
    def the_password_changes_only_when_somebody_changed_it(self) -> None:
        rows = {login: (epoch, hash_) for login, epoch, hash_ in self.stage.rows(laws.passwords(self.stage.tenant))}
        for someone in self.people:
            epoch, hash_ = rows[someone.email]
            someone.hash = someone.hash or hash_
            assert (epoch, hash_) == (someone.changes, someone.hash)

    @invariant()
    def what_is_over_stays_over(self) -> None:
        ended = {str(key) for (key,) in self.stage.rows(laws.ended(self.stage.tenant))}
        assert self.ended <= ended
        self.ended = ended

    # --- what the model knows ---------------------------------------------------------------------------------

    def _may(self, someone: Someone) -> bool:
        return someone.is_active and self.is_open

    def _work(self) -> None:
        self.stage.work()
        self._read()

    def _read(self) -> None:
        """Everybody reads what has arrived since they last looked; nobody else is sent a secret."""
        for letter in self.stage.letters():
            readers = [someone for someone in self.people if letter.to in someone.reads_secrets_at]
            assert readers or not carries_a_secret(letter), f"a secret was sent to {letter.to}"
            for someone in readers:
                self._keep(someone, someone.read(letter))

    def _keep(self, someone: Someone, secret: Link | Temporary | None) -> None:
        if isinstance(secret, Link):
            self.links.append((someone, secret))
        if isinstance(secret, Temporary):
            self.temporaries.append((someone, secret))

    def _changed(self, someone: Someone, new: str) -> None:
        someone.has_changed_to(new)
        self.told["changes of password"] += 1

    def _is_unrestricted(self, someone: Someone, session: Session) -> None:
        """The app goes on with the session in which the password was set."""
        self.restricted.remove((someone, session))
        someone.over.discard(session.token)
        someone.sessions.append(session)

    def _find_out(self, someone: Someone, passwords: list[str]) -> None:
        """Nobody was told what came of it: nothing, or one of these passwords with all that belongs to it."""
        if oracle.epoch(self.stage, someone.email) == someone.changes:
            return
        taken = [new for new in passwords if self.stage.sign_in(someone, new, someone.device)]
        assert len(taken) == 1
        self._changed(someone, taken[0])
