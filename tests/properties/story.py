"""A machine that tells any story of recovery and watches the invariants that docs/security.md promises.

Ask, resolve, deliver, die, open, guess, redeem, sign in with old, temporary and new passwords, let time pass,
deactivate, suspend, refuse mail: in any order. What must never happen is asserted after every step. The same
machine plays in this process and over HTTP; a `Stage` says how.
"""

import secrets
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from keyturn.limits import patience
from tests.kills import places
from tests.properties import oracle
from tests.properties.model import Model
from tests.properties.people import Link, Session, Someone
from tests.properties.stage import Answer, May, Mood

WHO = st.sampled_from(["mara", "mara", "vera", "nils"])
METHOD = st.sampled_from(["link", "temporary_password"])
WHICH = st.sampled_from([0, 0, 0, 1, 2, 5])  # counted from the newest; what exists is not known when it is drawn
MOOD = st.sampled_from([Mood.TAKES] * 6 + [Mood.REFUSES, Mood.LATER])
WORKER_DIES = st.sampled_from([None] * 8 + places.of("resolve", "deliver"))
WEB_DIES = st.sampled_from([None] * 12 + places.of("redeem"))
JUNK = st.sampled_from(["wrong code", "made-up link", "weak password", "no code"])
SURELY = 24 * 60  # minutes that an app's session lives at the least


class Story(Model):
    """Any of this happens, in any order."""

    @initialize()
    def everybody_has_a_past(self) -> None:
        """They signed in from a device of their own, so that the delays for strangers are not what is tested here."""
        for someone in self.people:
            self.sign_in_with_the_right_password(someone.name)
        self.get_back_in("mara", "link", None, mistypes=False)
        self.get_back_in("vera", "temporary_password", None, mistypes=False)

    # --- what people do ---------------------------------------------------------------------------------------

    @rule(who=WHO, method=METHOD, by_phone=st.booleans())
    def ask(self, who: str, method: str, by_phone: bool) -> None:
        self.stage.ask(self.stage.people[who], method, by_phone=by_phone)

    @rule(mood=MOOD, death=WORKER_DIES)
    def work(self, mood: Mood, death: str | None) -> None:
        self.stage.beset(mood, death)
        self._work()

    @rule(who=WHO, method=METHOD, mood=MOOD, death=WORKER_DIES)
    def forget_and_be_written_to(self, who: str, method: str, mood: Mood, death: str | None) -> None:
        self.stage.beset(mood, death)
        self.ask(who, method, by_phone=True)
        self._work()

    @rule(who=WHO, method=METHOD, death=WEB_DIES, mistypes=st.booleans())
    def get_back_in(self, who: str, method: str, death: str | None, mistypes: bool) -> None:
        """The ordinary story, so that chance does not have to invent it each time."""
        self.forget_and_be_written_to(who, method, Mood.TAKES, None)
        if method == "link":
            if mistypes:
                self.guess(0, "wrong code")
            self.redeem(0, 1, death)
        else:
            self.sign_in_with_a_temporary_password(0)
            self.set_an_own_password(0)

    @rule(which=WHICH)
    def open_link(self, which: int) -> None:
        _someone, link = _newest(self.links, which)
        if link:
            before = oracle.tries(self.stage)
            self.stage.open_link(link)
            assert oracle.tries(self.stage) == before

    @rule(which=WHICH, junk=JUNK)
    def guess(self, which: int, junk: str) -> None:
        _someone, link = _newest(self.links, which)
        if not link:
            return
        typed = {"wrong code": f"{(int(link.code) + 1) % 10**6:06}", "no code": "hello"}
        tokens = {"made-up link": link.token[:16] + secrets.token_urlsafe(20)}
        tried = Link(tokens.get(junk, link.token), typed.get(junk, link.code))
        before = oracle.tries(self.stage)
        [answer] = self.stage.redeem(tried, ["weak" if junk == "weak password" else _strong()])
        assert answer is not Answer.DONE
        assert oracle.tries(self.stage) - before in ({0, 1} if junk == "wrong code" else {0})

    @rule(which=WHICH, fingers=st.integers(1, 2), death=WEB_DIES)
    def redeem(self, which: int, fingers: int, death: str | None) -> None:
        """Two impatient fingers send two passwords: one of them at most is taken."""
        someone, link = _newest(self.links, which)
        if not link:
            return
        counts = self._may(someone) and oracle.link_counts(self.stage, link)
        passwords = [_strong() for _ in range(fingers)]
        answers = self.stage.redeem(link, passwords, death)
        if Answer.DIED in answers:
            self.told["redemptions that a kill cut off"] += 1
            self._find_out(someone, passwords)
            return
        assert answers.count(Answer.DONE) <= 1
        if counts is not None:
            assert (Answer.DONE in answers) == counts, (link, answers)
        if Answer.DONE in answers:
            assert link.token not in someone.over
            self._changed(someone, passwords[answers.index(Answer.DONE)])

    @rule(who=WHO)
    def sign_in_with_the_right_password(self, who: str) -> None:
        """It cancels the temporary ones."""
        someone = self.stage.people[who]
        entered = self.stage.sign_in(someone, someone.password, someone.device)
        must_wait = not someone.device or someone.in_vain >= patience.FREE  # a stranger's device, or tried too often
        if not (must_wait and self._may(someone)):
            assert bool(entered) == self._may(someone)
        someone.in_vain += 1
        if entered:
            assert not entered.must_change_password
            someone.device, someone.in_vain = entered.device, 0
            someone.sessions.append(Session(entered.token, self.minute))
            someone.over |= {temporary.text for temporary in someone.temporaries}

    @rule(who=WHO, which=WHICH)
    def sign_in_with_what_does_not_count(self, who: str, which: int) -> None:
        """A password of before, and somebody else's temporary one."""
        someone = self.stage.people[who]
        theirs = [temporary.text for other, temporary in self.temporaries if other is not someone]
        for wrong in (*someone.earlier[-1 - which :], *theirs[-1 - which :])[:2]:
            assert not self.stage.sign_in(someone, wrong)

    @rule(which=WHICH)
    def sign_in_with_a_temporary_password(self, which: int) -> None:
        someone, temporary = _newest(self.temporaries, which)
        if not temporary:
            return
        counts = self._may(someone) and oracle.temporary_counts(self.stage, temporary)
        entered = self.stage.sign_in(someone, temporary.text)
        if counts is not None:
            assert bool(entered) == counts
        if entered:
            assert temporary.text not in someone.over
            assert entered.must_change_password
            someone.over |= {temporary.text for temporary in someone.temporaries}
            session = Session(entered.token, self.minute)
            someone.restricted.append(session)
            self.restricted.append((someone, session))
            self.told["sign-ins with a temporary password"] += 1

    @rule(which=WHICH)
    def set_an_own_password(self, which: int) -> None:
        """From a session that a temporary password opened."""
        someone, session = _newest(self.restricted, which)
        if not session:
            return
        may, new = self.stage.may(session.token), _strong()
        assert may is not May.ALL
        answer = self.stage.set_own_password(session.token, new)
        if may is May.NOTHING:
            assert answer is Answer.REFUSED
        else:
            assert session.token not in someone.over and self._may(someone)
            assert answer in {Answer.DONE, Answer.WAIT}  # ten changes a day
        if answer is Answer.DONE:
            self._changed(someone, new)
            self._is_unrestricted(someone, session)

    @rule(who=WHO)
    def use_sessions(self, who: str) -> None:
        """Those of an earlier password open nothing; the others do while the person may enter."""
        someone = self.stage.people[who]
        for session in someone.sessions[-3:]:
            opens = self.stage.may(session.token) is May.ALL
            counts = self._may(someone) and session.token not in someone.over
            if not counts or self.minute - session.minute < SURELY:
                assert opens == counts

    # --- what happens to them ---------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from([1, 2, 11, 61, 1441]))
    def time_passes(self, minutes: int) -> None:
        self.stage.pass_time(minutes)
        self.minute += minutes
        self._read()

    @rule(who=WHO, is_active=st.sampled_from([True, True, False]))
    def somebody_leaves_or_comes_back(self, who: str, is_active: bool) -> None:
        someone = self.stage.people[who]
        if someone.is_active != is_active:
            self.stage.set_active(someone, is_active)
            someone.is_active = is_active

    @rule(is_open=st.sampled_from([True, True, True, True, False]))
    def the_tenant_is_suspended_or_not(self, is_open: bool) -> None:
        if self.is_open != is_open:
            self.stage.set_open(is_open)
            self.is_open = is_open


def _newest(things: list[tuple[Someone, Any]], which: int) -> tuple[Someone | None, Any]:
    """The newest thing but `which`, and whose it is; nothing when there are not so many."""
    return things[-1 - which] if which < len(things) else (None, None)


def _strong() -> str:
    """In these sixteen signs nobody's name can be spelt; else one in twenty thousand is refused for that."""
    return secrets.token_hex(15)


def tell(machine: Callable[[], Story], examples: int, steps: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    """Let the machine tell so many stories; raises the AssertionError of the shortest one that breaks something."""
    options = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        phases=phases,
    )
    run_state_machine_as_test(machine, settings=options)
