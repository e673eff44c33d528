"""A worker is killed at each numbered point of its way; the next one finishes, and Mara gets back in all the same."""

import signal

import pytest

from tests import canaries, installation, proof
from tests.journeys import walking
from tests.journeys.world import new, old, person, world

ALL = (
    "resolve.claimed",
    "resolve.decided",
    "resolve.written",
    "resolve.committed",
    "deliver.claimed",
    "deliver.before_send",
    "deliver.after_send",
    "deliver.settled",
)
POINTS = ALL if proof.IS_FULL else ("resolve.committed", "deliver.after_send")  # tests/kills dies at each, too
TABLES = ("recovery_intake", "outbox_message")


@pytest.fixture(scope="module")
def unattended(tmp_path_factory):
    """An installation without a worker, with one person for each point."""
    here = world()
    here["tenants"][0]["people"] = [person(_name(point)) for point in POINTS]
    with installation.running(tmp_path_factory.mktemp("unattended"), here, workers=0) as running:
        yield running
        canaries.assert_clean(running)


@pytest.mark.mission("M0.4", "M0.19", "M4.3")
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_worker_costs_nothing(point, unattended):
    mara, password = f"{_name(point)}@movers.example", new(point)
    walking.note(unattended, password)
    unattended.ask(email=mara)
    assert unattended.start_module("dying", "tests.dying", point).wait(timeout=60) == -signal.SIGKILL
    for table in TABLES:  # the dead worker's leases have run out
        unattended.write(f"UPDATE {table} SET lease_until = due_at WHERE lease_until IS NOT NULL")

    worker = unattended.start("worker", "worker")
    letter = walking.receive(unattended, mara)
    assert unattended.lets_in(mara, old(_name(point)))
    body = {"token": letter.token, "code": letter.code, "new_password": password}
    with unattended.client() as app:
        assert app.post("/api/v1/recoveries/redeem", json=body).status_code == 204
    assert unattended.lets_in(mara, password)
    unattended.settle()
    worker.terminate()
    assert worker.wait(timeout=60) == 0

    copies = [copy for copy in unattended.letters_to(mara) if letter.code in copy.text]
    assert len(copies) == (2 if point == "deliver.after_send" else 1)
    assert len({copy.text for copy in copies}) == 1
    assert len({copy.message_id for copy in copies}) == 1


def _name(point: str) -> str:
    return point.replace(".", "-").replace("_", "-")
