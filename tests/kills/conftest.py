"""One installation for all kills: web, a worker, a mail server, and one person for every death."""

import pytest

from tests import canaries, installation, proof
from tests.journeys import world as journeys
from tests.kills import TORN, places
from tests.kills.scene import Scene

PARTS, KILLS = proof.count(1, full=10), proof.count(3, full=50)  # of the web process, at any moment; on each database
ASKING = 40  # people who ask while processes are told to stop
OLD = journeys.old("kills")  # everybody's first password


@pytest.fixture(scope="package")
def running(tmp_path_factory):
    """Everything runs through the doomed entry; what a web process held is free soon.

    Workers have long leases: one of a second may run out on a busy machine while its holder is alive, and then a mail
    goes twice for that reason. What a dead worker held is set free by hand.
    """
    folder, settings = tmp_path_factory.mktemp("kills"), {"KEYTURN_LEASE_SECONDS": "1"}
    settings |= {"KEYTURN_EGRESS_ALLOW": "127.0.0.0/8"}  # where the mail servers of watched mailboxes stand
    how = {"workers": 0, "program": "tests.kills.doomed", "settings": settings}
    with installation.running(folder, _world(), **how) as keyturn:
        scene = Scene(keyturn, of_workers={"KEYTURN_LEASE_SECONDS": "60"})
        keyturn.secrets.append(OLD)
        scene.start_worker()
        yield scene
        canaries.assert_clean(keyturn)


@pytest.fixture
def scene(running):
    """The installation; nobody is doomed in it when a test begins, and everybody alive."""
    running.revive_web()
    yield running
    running.spare()


def mara(story: str) -> str:
    """Whom this story is about, by her address."""
    return f"{story}@movers.example"


def _world() -> dict:
    """For each point one Mara of Movers, one on record in both tenants, and one whose mailbox is full."""
    whole = journeys.world()
    points = places.named()
    alone = [*points, TORN, *(f"random-{part}-{number}" for part in range(PARTS) for number in range(KILLS + 1))]
    alone += [f"asking-{number}" for number in range(ASKING)]
    both = [f"{point}@shared.example" for point in points]
    refused = [f"{point}@full.example" for point in places.of("deliver")]
    movers, labs, *_ = whole["tenants"]
    movers["settings"]["pin_sign_up"] = "all"
    movers["people"] = [_person(email) for email in (*map(mara, alone), *both, *refused)]
    labs["people"] = [_person(email) for email in both]
    return whole


def _person(email: str) -> dict:
    home = email.replace("@", "@home.")
    return journeys.person("kills", email=email, other_addresses=[home])
