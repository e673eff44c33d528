"""A worker dies over a mail with a PIN, or over a sign-up: the next one goes on, one use makes one person."""

import pytest

from tests import proof
from tests.journeys import walking
from tests.kills import giving, places
from tests.kills.conftest import mara
from tests.patience import wait_for


@pytest.fixture(scope="module")
def giver(running):
    """The operator's side, in a process of its own that nobody kills."""
    with giving.running(running.keyturn) as process:
        yield process


@pytest.mark.mission("M2.8", "M2.9", "M2.11")
@pytest.mark.parametrize("point", places.of("sign_up", "pin_mailing"))
def test_a_worker_dies_over_a_pin_and_the_next_one_goes_on(scene, giver, point):
    keyturn, name = scene.keyturn, "new-" + point.replace(".", "-").replace("_", "-")
    email = f"{name}@movers.example"
    pin = _mailed(scene, giver, point, email)
    walking.note(keyturn, pin, pin.replace("-", ""))
    reference = _asked(scene, point, pin, email, name)
    joined = (
        "FROM enrollment_signup s JOIN people_person p ON p.id = s.person_id JOIN enrollment_pin i ON i.id = s.pin_id"
    )
    made = f"SELECT s.state, p.status, i.uses, s.sealed {joined} WHERE s.reference = '{reference}'"
    assert keyturn.rows(made) == [("accepted", "pending", 1, None)]
    assert _count(keyturn, f"people_person WHERE identifier_key = '{name}'") == 1
    assert (
        _count(
            keyturn,
            f"enrollment_madebypin m JOIN people_person p ON p.id = m.person_id WHERE p.identifier_key = '{name}'",
        )
        == 1
    )
    assert (
        _count(keyturn, f"audit_event WHERE action = 'sign_up.accepted' AND CAST(data AS text) LIKE '%{reference}%'")
        == 1
    )

    letters = keyturn.letters_to(email)
    assert len(letters) == 2  # the PIN, and the temporary password: no copy of either
    password = letters[1].temporary_password
    walking.note(keyturn, password)
    assert keyturn.lets_in(name, password)
    assert not keyturn.lets_in(name, password)
    assert keyturn.rows(f"SELECT status FROM people_person WHERE identifier_key = '{name}'") == [("active",)]
    proof.note(f"worker killed at {point}", 1, "1 mail, 1 use, 1 person")


def _mailed(scene, giver, point: str, email: str) -> str:
    """The PIN as its mail has it; the worker dies over it, if this point is one of mailing."""
    is_doomed = point.startswith("pin_mailing.")
    if is_doomed:
        scene.doom(point)
    giving.tell(giver, mara(point), email)
    if is_doomed:
        scene.bury_worker()
        assert not scene.is_doomed()
    pin = scene.keyturn.letter_to(email).pin
    scene.keyturn.settle()
    waiting = "SELECT state FROM enrollment_pinmailing WHERE state <> 'sent'"
    assert scene.keyturn.rows(waiting) == []
    return pin


def _asked(scene, point: str, pin: str, email: str, name: str) -> str:
    """The reference of a sign-up; the worker dies over it, if this point is one of signing up."""
    is_doomed = point.startswith("sign_up.")
    if is_doomed:
        scene.doom(point)
    with scene.keyturn.client() as app:
        answer = app.post("/api/v1/sign-ups", json={"pin": pin, "email": email, "username": name})
    assert answer.status_code == 202, answer.text
    if is_doomed:
        scene.bury_worker()
        assert not scene.is_doomed()
    open_ones = "SELECT 1 FROM enrollment_signup WHERE due_at IS NOT NULL"
    wait_for(lambda: not scene.keyturn.rows(open_ones), "the sign-up")
    scene.keyturn.settle()
    return answer.json()["reference"]


def _count(keyturn, what: str) -> int:
    return keyturn.rows(f"SELECT count(*) FROM {what}")[0][0]
