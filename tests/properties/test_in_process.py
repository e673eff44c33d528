"""The stories in this process: many and short."""

from collections import Counter

import pytest
from hypothesis import Phase

from keyturn.outbox import posting
from keyturn.passwords import change
from keyturn.recovery.core import ticket as core
from tests import proof
from tests.properties.in_process import InProcess
from tests.properties.story import Story, tell

pytestmark = pytest.mark.django_db
PARTS, EXAMPLES, STEPS = proof.count(1, full=10), proof.count(10, full=100), proof.count(40, full=100)

GUARDS = [
    (change.Change, "_raise_epoch", lambda *_: None),
    (core, "code_fits", lambda *_: True),
    (posting, "post_notice", lambda *_args, **_more: []),
]


@pytest.mark.mission("M0.4", "M4.6")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_story_breaks_an_invariant(monkeypatch, part):
    told = Counter()
    tell(lambda: Story(InProcess(monkeypatch), told), EXAMPLES, STEPS)
    assert told["changes of password"] > 2 * EXAMPLES
    proof.note(f"stories told by the machine, in process, {STEPS} steps each", EXAMPLES, told)


@pytest.mark.parametrize(("room", "guard", "instead"), GUARDS[: proof.count(1, full=3)])
def test_the_machine_sees_a_guard_that_is_gone(monkeypatch, room, guard, instead):
    """The control: with the guard patched away some story breaks an invariant."""
    monkeypatch.setattr(room, guard, instead)
    with pytest.raises(AssertionError):
        tell(lambda: Story(InProcess(monkeypatch), Counter()), 200, 40, (Phase.generate,))  # shortening takes long
