"""SIGTERM while requests and deliveries are under way: what was begun is ended, and nothing waits for a lease."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed

import httpx2

from tests.kills.conftest import ASKING, mara
from tests.patience import wait_for

PEOPLE = [mara(f"asking-{number}") for number in range(ASKING)]


def test_a_web_process_that_is_told_to_stop_answers_what_it_has_begun(scene):
    """Whoever is told a reference has an intake, and every intake was answered."""
    keyturn, told = scene.keyturn, []
    before = _references(keyturn)
    with ThreadPoolExecutor(6) as crowd:
        asking = [crowd.submit(_ask, keyturn, who) for who in PEOPLE]
        for number, one in enumerate(as_completed(asking)):
            told.append(one.result())
            if number == 10:
                keyturn.web.terminate()
    assert keyturn.web.wait(timeout=60) == 0
    answered = {answer for answer in told if not answer.startswith("no answer")}
    assert len(answered) > 10
    assert answered == _references(keyturn) - before, Counter(told)
    scene.revive_web()
    keyturn.settle()


def test_a_worker_that_is_told_to_stop_hands_over_what_it_has_begun(scene):
    """No message is left half way, the next worker sends the rest, and nobody gets one twice."""
    keyturn = scene.keyturn
    before = len(keyturn.letters())
    for who in PEOPLE[:20]:
        keyturn.ask(email=who)
    wait_for(lambda: len(keyturn.letters()) > before, "the first mail")
    worker = scene.workers.pop()
    worker.terminate()
    assert worker.wait(timeout=60) == 0
    for table in ("outbox_message", "recovery_intake"):
        assert keyturn.rows(f"SELECT id FROM {table} WHERE lease_until IS NOT NULL") == []
    scene.start_worker()
    keyturn.settle()
    copies = Counter(letter.message_id for letter in keyturn.letters()[before:])
    assert len(copies) == 20
    assert set(copies.values()) == {1}


def _ask(keyturn, who):
    """The reference, or what came instead of an answer."""
    try:
        return keyturn.ask(email=who)
    except httpx2.TransportError as problem:
        return f"no answer: {type(problem).__name__}: {problem}"


def _references(keyturn):
    return {reference for (reference,) in keyturn.rows("SELECT reference FROM recovery_intake")}
