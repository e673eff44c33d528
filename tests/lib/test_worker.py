"""The engine: who is woken, who helps, and how it stops."""

import threading

from django.db import connection

from keyturn.lib import wake
from keyturn.lib.wake import Bell
from keyturn.lib.worker import Duty, Engine

LONG = 60.0  # seconds that no test waits


def test_a_bell_rung_while_nobody_waits_is_heard_by_the_next():
    bell = Bell()
    bell.ring()
    assert _returns(lambda: bell.wait(LONG))


def test_a_bell_is_heard_once():
    bell = Bell()
    bell.ring()
    bell.wait(LONG)
    assert not _returns(lambda: bell.wait(LONG), seconds=0.1)
    bell.end()


def test_an_ended_bell_lets_everybody_go():
    bell = Bell()
    bell.end()
    assert _returns(lambda: (bell.wait(LONG), bell.wait(LONG)))


def test_the_engine_works_until_nothing_is_left_and_stops_when_told(db):
    left, done = [1, 2, 3], threading.Event()

    def step() -> bool:
        if not left:
            done.set()
            return False
        left.pop()
        return True

    engine = Engine([Duty("count", step, every=LONG)])
    engine.start()
    assert done.wait(10)
    engine.stop()
    assert _returns(engine.join)
    assert left == []


def test_where_more_than_one_waits_another_thread_helps(db):
    """Each of two threads holds its work until the other has some, too."""
    both = threading.Barrier(2, timeout=10)
    work, lock = list(range(2, 6)), threading.Lock()

    def step() -> bool:
        with lock:
            if not work:
                return False
            number = work.pop()
        if number < 4:
            both.wait()
        return True

    engine = Engine([Duty("share", step, every=LONG, threads=2)])
    engine.start()
    assert _until(lambda: not work)
    engine.stop()
    assert _returns(engine.join)
    assert not both.broken


def test_a_step_that_raises_ends_nothing_but_itself(db):
    tries, twice = [], threading.Event()

    def step() -> bool:
        tries.append(1)
        if len(tries) > 1:
            twice.set()
            return False
        raise ValueError("broken")

    engine = Engine([Duty("raise", step, every=0.01)])
    engine.start()
    assert twice.wait(10)
    engine.stop()
    assert _returns(engine.join)


def test_a_duty_that_is_not_woken_takes_its_time(db):
    steps = {"woken": 0, "calm": 0}

    def counted(name: str):
        def step() -> bool:
            steps[name] += 1
            return False

        return step

    engine = Engine([Duty("woken", counted("woken"), LONG), Duty("calm", counted("calm"), LONG, woken=False)])
    engine.start()
    assert _until(lambda: steps["calm"] == 1)
    assert _until(lambda: engine._ring() or steps["woken"] > 3)
    engine.stop()
    assert _returns(engine.join)
    assert steps["calm"] == 1


def test_a_commit_of_another_connection_rings(transactional_db):
    """On PostgreSQL by NOTIFY, on SQLite by the number that changes."""
    rung, stopping = threading.Event(), threading.Event()
    listener = threading.Thread(target=lambda: wake.listen(rung.set, stopping))
    listener.start()
    try:
        if connection.vendor == "sqlite":
            assert rung.wait(10)  # the first look counts as one
            rung.clear()
        assert _until(lambda: _commit() or rung.is_set())
    finally:
        stopping.set()
        listener.join(10)
    assert not listener.is_alive()


def _commit() -> None:
    wake._last_ring = 0.0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO limits_counter (key, hits, ends_at) VALUES ('x', 1, '2026-01-01') "
            "ON CONFLICT (key) DO UPDATE SET hits = limits_counter.hits + 1"
        )
    wake.ring()


def _until(is_so) -> bool:
    pause = threading.Event()
    for _ in range(200):
        if is_so():
            return True
        pause.wait(0.05)
    return False


def _returns(call, seconds: float = 10) -> bool:
    """Whether the call comes back in this time."""
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()
