"""Stories over HTTP against two web and two worker processes (SQLite: one web process), with kills in between."""

import os

import pytest

from tests import canaries, installation, proof
from tests.kills import laws
from tests.kills.scene import Scene
from tests.kills.story import Story, world

SEEDS = range(proof.count(1, full=40))
STEPS = proof.count(70, full=400)

BREAKS = {
    "no more tries than allowed": "UPDATE recovery_ticket SET attempts = 6",
    "a message keeps its secret while it waits and no longer": "UPDATE outbox_message SET sealed = 'x'",
    "every change is audited": "UPDATE directories_account SET credential_epoch = 1",
    "a refusal has its reason": "UPDATE recovery_recovery SET state = 'refused', reason = ''",
}


@pytest.fixture
def scene(tmp_path):
    """An installation of its own, for one story."""
    webs = 2 if os.environ.get("KEYTURN_DATABASE_URL", "").startswith("postgres") else 1
    lease = {"KEYTURN_LEASE_SECONDS": "1"}
    with installation.running(tmp_path, world(), workers=0, webs=webs, settings=lease) as keyturn:
        scene = Scene(keyturn)
        scene.start_worker()
        scene.start_worker()
        yield scene


@pytest.mark.timeout(1200)
@pytest.mark.mission("M0.4", "M4.6", "M4.7")
@pytest.mark.parametrize("seed", SEEDS)
def test_no_story_breaks_a_law(scene, seed):
    story = Story(scene, seed)
    try:
        story.tell(STEPS)
    except AssertionError as problem:
        problem.add_note(f"seed {seed}, after: " + "; ".join(story.told[-12:]))
        raise
    scene.keyturn.secrets += [text for someone in story.people for text in (someone.password, *someone.over)]
    canaries.assert_clean(scene.keyturn)
    changes = sum(someone.changes for someone in story.people)
    proof.note("steps of a story over HTTP", STEPS, f"{changes} changes of password, 0 violations")
    assert changes > 2, "a story in which nothing happens proves nothing"
    _assert_that_broken_laws_are_seen(scene.keyturn)


def _assert_that_broken_laws_are_seen(keyturn) -> None:
    """The control of the questions themselves."""
    for law, statement in BREAKS.items():
        keyturn.write(statement)
        assert law in dict(laws.broken(keyturn))
