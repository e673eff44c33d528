"""The stories over HTTP, against two web and two worker processes (SQLite: one web), with kills in between."""

from collections import Counter
from contextlib import contextmanager

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests import canaries, databases, installation, proof
from tests.journeys import world as journeys
from tests.kills.scene import Scene
from tests.mailserver import MailServer
from tests.properties.served import PROGRAM, SETTINGS, OverHttp, Served
from tests.properties.story import Story, tell

PARTS, EXAMPLES, STEPS = proof.count(1, full=4), proof.count(2, full=5), proof.count(40, full=400)
WEBS = 2 if databases.is_postgresql() else 1
VICTIMS = st.sampled_from(["worker", "web process", "worker", "web process", "all of serve"])


class StoryOfProcesses(Story):
    """The same story, in which processes are killed from outside, too."""

    @rule(what=VICTIMS, which=st.integers(0, 1))
    def somebody_is_killed(self, what: str, which: int) -> None:
        self.stage.kill(what, which)

    def teardown(self) -> None:
        for someone in self.people:
            self.stage.keyturn.secrets += [someone.password, *someone.over]
        super().teardown()


class TamperedStory(Story):
    """The control: somebody writes into the database past every guard."""

    statement: str

    @rule()
    def somebody_tampers(self) -> None:
        self.stage.rows(f"{self.statement} RETURNING 1")


TAMPERINGS = [
    "UPDATE directories_storedpassword SET hash = 'x'",
    "UPDATE directories_account SET credential_epoch = credential_epoch + 1",
    "UPDATE recovery_ticket SET attempts = max_attempts + 1",
    "UPDATE outbox_message SET sealed = 'x'",
    "UPDATE recovery_recovery SET state = 'refused', reason = ''",
    "UPDATE outbox_message SET purpose = 'recovery_link' WHERE purpose = 'password_changed'",
]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One installation for all stories."""
    folder, mail = tmp_path_factory.mktemp("stories"), MailServer(tmp_path_factory.mktemp("mail"))
    how = {"workers": 0, "webs": WEBS, "program": PROGRAM, "settings": SETTINGS}

    @contextmanager
    def through(_port):
        with mail:
            yield mail.port

    with installation.running(folder, journeys.world(), through=through, **how) as keyturn:
        scene = Scene(keyturn)
        scene.start_worker()
        scene.start_worker()
        yield Served(scene, mail, WEBS)


@pytest.mark.mission("M0.4", "M4.6", "M4.7")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_story_breaks_an_invariant(served, part):
    told, before = Counter(), served.deaths
    tell(lambda: StoryOfProcesses(OverHttp(served), told), EXAMPLES, STEPS, (Phase.generate,))
    assert told["changes of password"] >= 2 * EXAMPLES
    told["kills"] = served.deaths - before
    canaries.assert_clean(served.scene.keyturn)
    proof.note(f"stories told by the machine, over HTTP, {STEPS} steps each", EXAMPLES, told)


@pytest.mark.parametrize("statement", TAMPERINGS[: proof.count(1, full=6)])
def test_the_machine_sees_what_no_guard_can_hold(served, statement):
    TamperedStory.statement = statement
    with pytest.raises(AssertionError):
        tell(lambda: TamperedStory(OverHttp(served), Counter()), 20, 40, (Phase.generate,))
