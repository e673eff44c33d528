"""The worker dies again and again while it finds out that many passwords were changed: each owner hears once."""

import random
import time
from collections import Counter

import pytest

from tests import proof
from tests.kills import places
from tests.kills.fleet import REFUSALS, Fleet, Flight
from tests.monitoring.fakes.hosts import Hosts
from tests.patience import wait_for

HOSTS, REFUSED = proof.count(4, full=40), proof.count(4, full=25)
KILLS = proof.count(0, full=10)  # at any moment, in each of three rounds
SPAN = proof.count(1, full=4)  # seconds after it began to work within which a worker dies
POINTS = [*places.of("watch"), "deliver.after_send"]


@pytest.fixture
def fleet(scene) -> Fleet:
    return Fleet(scene.keyturn, HOSTS, REFUSED)


@pytest.mark.timeout(600 + 60 * KILLS)
@pytest.mark.mission("M1.3", "M1.4", "M1.9")
def test_every_owner_hears_once_whatever_dies(scene, fleet, tmp_path):
    chosen, deaths, flights = random.Random(fleet.hosts), 0, set()
    with Hosts(tmp_path, fleet.addresses) as hosts:
        hosts.feel("wrong")
        for times, points in enumerate((POINTS[:1], POINTS[1:2], POINTS[2:]), 1):
            scene.doom(points[0])
            fleet.half_an_hour_later() if times > 1 else fleet.put(hosts.port)
            for following in [*points[1:], ""]:
                flights |= _bury(scene, fleet, following)
            for _ in range(KILLS):
                time.sleep(chosen.uniform(0, SPAN))
                scene.workers[0].kill()
                flights |= _bury(scene, fleet)
            deaths += len(points) + KILLS
            wait_for(lambda: fleet.is_checked(times), f"check {times} of everybody")  # noqa: B023
        fleet.settle()
        said = hosts.heard()

    everybody = len(fleet.people)
    assert fleet.states() == {"suspended": everybody}
    assert set(fleet.notices().values()) == {1} and len(fleet.notices()) == everybody
    assert fleet.audited("mailbox.suspended") == everybody and fleet.audited("host_trouble.begun") == 0
    letters = [letter for letter in scene.keyturn.letters() if letter.to.endswith("@fleet.example")]
    assert {letter.to for letter in letters} == fleet.people
    assert len({letter.message_id for letter in letters}) == everybody
    copies = Counter(letter.message_id for letter in letters)
    assert doubled_without_need(copies, flights) == []
    extra = len(letters) - everybody
    assert extra <= deaths
    assert max(said.values()) <= REFUSALS + deaths and min(said.values()) >= REFUSALS
    proof.note(
        "refused mailboxes, the worker killed over and over", everybody, f"one notice each, {extra} extra copies"
    )
    proof.note("kills of a worker that watches", deaths, "0 lost, none doubled that was not in flight at a death")


def test_a_copy_that_no_death_explains_would_be_seen():
    """The negative control."""
    flights = {("<a>", 1), ("<a>", 2), ("<b>", 1)}
    assert doubled_without_need(Counter({"<a>": 3, "<b>": 2, "<c>": 1}), flights) == []
    assert doubled_without_need(Counter({"<a>": 4, "<b>": 2, "<c>": 2}), flights) == ["<a>", "<c>"]


def doubled_without_need(copies: Counter, flights: set[Flight]) -> list[str]:
    """The mails that came oftener than once, and once more for each time that a worker died over them."""
    deaths = Counter(message for message, _ in flights)
    return sorted(message for message, many in copies.items() if many > 1 + deaths[message])


def _bury(scene, fleet: Fleet, doom: str = "") -> set[Flight]:
    """Wait for the worker to die, and start another, who may be doomed, too.

    Returns what was in flight when it died.
    """
    scene.see_worker_die()
    flights = fleet.in_flight()
    if doom:
        scene.doom(doom)
    successor = scene.start_worker()
    log = scene.keyturn.folder / f"worker-{scene.started}.log"
    # one that is doomed may have worked and died before it wrote that it began
    wait_for(lambda: successor.poll() is not None or b"worker.started" in log.read_bytes(), "a worker")
    return flights
