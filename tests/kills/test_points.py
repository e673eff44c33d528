"""At every named point of a flow the process dies by kill -9; the next one goes on, and the accounts are right.

The points are read from the source: a new one is tested from the moment it is there.
"""

import pytest

from tests import proof
from tests.journeys import walking
from tests.journeys.world import new
from tests.kills import TORN, books, places
from tests.kills.conftest import OLD, mara

TEMPORARY = "temporary_password"
BY_WORKER = places.of("resolve", "deliver")


def test_every_point_of_the_source_is_one_that_is_killed_here():
    assert len(places.of("resolve")) >= 4
    assert len(places.of("deliver")) >= 4
    assert len(places.of("redeem")) >= 3
    assert len(places.of("sign_up")) >= 5 and len(places.of("pin_mailing")) >= 3  # in test_pins
    assert len(places.of("watch")) >= 3  # in test_watch
    assert set(places.named()) == set(places.of(*places.FLOWS, *places.ELSEWHERE))


@pytest.mark.mission("M0.4", "M0.19")
@pytest.mark.parametrize("point", BY_WORKER)
def test_a_worker_dies_and_the_next_one_goes_on(scene, point):
    """Somebody on record in two tenants asks: two recoveries, two messages, and room to die between them."""
    keyturn, jo = scene.keyturn, f"{point}@shared.example"
    scene.doom(point)
    reference = keyturn.ask(email=jo, method=TEMPORARY)
    scene.bury_worker()
    assert not scene.is_doomed()
    keyturn.settle()

    made = f"SELECT count(*), count(DISTINCT tenant_id) FROM recovery_recovery WHERE reference = '{reference}'"
    assert keyturn.rows(made) == [(2, 2)]
    ended = f"SELECT sealed_claim FROM recovery_intake WHERE reference = '{reference}' AND resolved_at IS NOT NULL"
    assert keyturn.rows(ended) == [(None,)]
    assert _messages(keyturn, reference) == [("sent", None)] * 2
    letters = keyturn.letters_to(jo)
    assert len({letter.message_id for letter in letters}) == 2
    assert len(letters) <= 3  # a kill costs one copy at most
    assert len({letter.temporary_password for letter in letters}) == 2
    assert len({(letter.message_id, letter.text) for letter in letters}) == 2
    walking.note(keyturn, *(letter.temporary_password for letter in letters))
    proof.note(f"worker killed at {point}", 1, f"2 recoveries, {len(letters) - 2} extra copies")

    labs = next(letter for letter in letters if "Labs" in letter.subject + letter.text)
    assert keyturn.lets_in(jo, labs.temporary_password, host="labs.localhost")
    assert keyturn.lets_in(jo, OLD)
    assert keyturn.lets_in(jo, OLD, host="labs.localhost")


@pytest.mark.mission("M0.4")
@pytest.mark.parametrize("point", places.of("deliver"))
def test_a_worker_dies_over_a_mail_that_is_refused(scene, point):
    """The message never arrives; the temporary password is dead, and the original opens the account."""
    keyturn, rosa = scene.keyturn, f"{point}@full.example"
    scene.doom(point)
    reference = keyturn.ask(email=rosa, method=TEMPORARY)
    scene.bury_worker()
    notice = keyturn.letter_to(rosa.replace("@", "@home."))
    assert "password" in notice.text
    keyturn.settle()
    assert keyturn.letters_to(rosa) == []
    assert _messages(keyturn, reference) == [("failed", None)]
    assert _temporary_passwords(keyturn, reference) == [("dead",)]
    assert keyturn.lets_in(rosa, OLD)


@pytest.mark.mission("M4.6")
@pytest.mark.parametrize("point", places.of("redeem"))
def test_the_web_process_dies_while_a_password_is_saved(scene, point):
    """Nothing or everything; and who tries again gets everything."""
    who, password = mara(point), new(point)
    letter = scene.receive_link(who)
    walking.note(scene.keyturn, letter.token, letter.code, password)
    before = books.of(scene.keyturn, who)
    scene.doom(point)
    assert scene.redeem(letter, password) is None
    scene.revive_web()
    assert books.of(scene.keyturn, who).changes_since(before) == 0  # every point lies before the commit
    assert scene.keyturn.lets_in(who, OLD)

    assert scene.redeem_patiently(letter, password) == 204
    assert books.of(scene.keyturn, who).changes_since(before) == 1
    assert scene.redeem_patiently(letter, password) == 403  # once
    assert scene.keyturn.lets_in(who, password)
    assert not scene.keyturn.lets_in(who, OLD)
    proof.note(f"web process killed at {point}", 1, "nothing, then everything")


def test_a_torn_transaction_would_be_seen_in_the_books(scene):
    """The negative control: ticket and password are settled in two transactions, and the kill falls between."""
    who, password = mara(TORN), new(TORN)
    letter = scene.receive_link(who)
    before = books.of(scene.keyturn, who)
    scene.doom(TORN)
    assert scene.redeem(letter, password) is None
    scene.revive_web()
    assert books.of(scene.keyturn, who).changes_since(before) is None


def _messages(keyturn, reference):
    """State and sealed body of the messages that carried the temporary passwords of a recovery."""
    joined = "directories_temporarypassword t ON t.message_id = m.id JOIN recovery_recovery r ON r.id = t.recovery_id"
    return keyturn.rows(
        f"SELECT m.state, m.sealed FROM outbox_message m JOIN {joined} WHERE reference = '{reference}'"
    )


def _temporary_passwords(keyturn, reference):
    joined = "recovery_recovery r ON r.id = t.recovery_id"
    where = f"WHERE reference = '{reference}'"
    return keyturn.rows(f"SELECT t.state FROM directories_temporarypassword t JOIN {joined} {where}")
