"""kill -9 of the web processes at any moment of a redemption: the password is changed with all that belongs to it,
or nothing is; and whoever was told that it is saved has it.
"""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import proof
from tests.journeys.world import new
from tests.kills import books
from tests.kills.conftest import KILLS, OLD, PARTS, mara


@pytest.mark.timeout(300 + 10 * KILLS)
@pytest.mark.mission("M4.6")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_web_process_killed_at_any_moment_leaves_nothing_or_everything(scene, part):
    chosen, span, seen = random.Random(part), _time_of_one(scene, f"random-{part}-0"), Counter()
    for number in range(1, KILLS + 1):
        seen[_kill_over(scene, f"random-{part}-{number}", chosen.uniform(0, 1.5 * span))] += 1
    assert set(seen) <= {0, 1}, seen
    told = Counter({"times nothing was changed": seen[0], "times everything was": seen[1]})
    proof.note("kill -9 of web while redeeming", KILLS, told)


def _time_of_one(scene, story: str) -> float:
    """How long one redemption takes here, in seconds."""
    letter = scene.receive_link(mara(story))
    begun = time.monotonic()
    assert scene.redeem(letter, new(story)) == 204
    return time.monotonic() - begun


def _kill_over(scene, story: str, pause: float) -> int | None:
    """Two simultaneous redemptions by one person, and a kill in the midst; how often the password was changed."""
    who, password = mara(story), new(story)
    letter = scene.receive_link(who)
    before = books.of(scene.keyturn, who)
    with ThreadPoolExecutor(2) as both:
        told = [both.submit(scene.redeem, letter, password) for _ in range(2)]
        time.sleep(pause)
        scene.kill_web()
    scene.revive_web()
    changes = books.of(scene.keyturn, who).changes_since(before)
    if 204 in [one.result() for one in told]:
        assert changes == 1
    if changes == 0:
        assert scene.keyturn.lets_in(who, OLD)
    assert scene.redeem_patiently(letter, password) == (403 if changes else 204)
    assert books.of(scene.keyturn, who).changes_since(before) == 1
    assert scene.keyturn.lets_in(who, password)
    return changes
