"""Every byte of a password counts, old hashes verify, strange ones fit nothing, and all waste is equal."""

import threading

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type, hash_secret
from hypothesis import given, settings
from hypothesis import strategies as st

from keyturn.lib import hashing

ORACLE = PasswordHasher(1, 64, 1, 32, 16)  # the same parameters as the tests' KEYTURN_ARGON2


@pytest.fixture
def computed(monkeypatch) -> list:
    """Every hash computed, by its cost."""
    costs, compute = [], hashing._compute

    def counting(text, stored):
        costs.append(stored.cost)
        return compute(text, stored)

    monkeypatch.setattr(hashing, "_compute", counting)
    return costs


@pytest.mark.parametrize("text", ["x", "correct horse", "pässwörd €😀", "a\0b", "y" * 256, "\ud800"])
def test_a_password_fits_its_own_hash_and_no_other(text):
    phc = hashing.hash_password(text)
    assert hashing.verify(text, phc)
    assert not hashing.verify(text + "z", phc)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
@settings(max_examples=20, deadline=None)
def test_both_libraries_agree(text):
    assert ORACLE.verify(hashing.hash_password(text), text)
    assert hashing.verify(text, ORACLE.hash(text))


@pytest.mark.parametrize("place", [0, 71, 72, 73, 128, 254, 255])
def test_every_byte_counts(place):
    text = "m" * 256
    phc = hashing.hash_password(text)
    assert not hashing.verify(text[:place] + "n" + text[place + 1 :], phc)
    assert not hashing.verify(text[:place], phc)


@pytest.mark.parametrize(
    "phc",
    [
        PasswordHasher(2, 16384, 1, 32, 16).hash("quiet lamp"),
        PasswordHasher(1, 8192, 2, 32, 16).hash("quiet lamp"),
        PasswordHasher(1, 8192, 1, 16, 22).hash("quiet lamp"),
        hash_secret(b"quiet lamp", b"saltsaltsaltsalt", 2, 8192, 1, 32, Type.I).decode(),
    ],
    ids=["other cost", "two lanes", "other lengths", "argon2i"],
)
def test_hashes_made_elsewhere_still_verify_and_want_replacing(phc):
    assert hashing.verify("quiet lamp", phc)
    assert not hashing.verify("quiet lamq", phc)
    assert hashing.needs_rehash(phc)
    assert not hashing.needs_rehash(hashing.hash_password("quiet lamp"))


TAG = "$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43


@pytest.mark.parametrize(
    "phc",
    [
        "",
        "plain",
        "$argon2id$v=19$m=8192,t=1,p=1",
        "$argon2id$v=16$m=8192,t=1,p=1" + TAG,
        "$argon2id$v=19$m=99999999,t=1,p=1" + TAG,
        "$argon2id$v=19$m=8192,t=65,p=1" + TAG,
        "$argon2id$v=19$m=8192,t=1,p=17" + TAG,
        "$argon2id$v=19$m=8,t=1,p=2" + TAG,
        "$argon2id$v=19$m=8192,t=0,p=1" + TAG,
        "$argon2id$v=19$m=8192,t=1,p=1" + TAG + "\n",
        "$argon2id$v=19$m=8192,t=1,p=1$c2FsdA$" + "A" * 43,
        "$argon2id$v=19$m=8192,t=1,p=1$" + "A" * 21 + "$" + "A" * 5,
    ],
)
def test_what_cannot_be_read_fits_nothing_at_the_price_of_one_hash(phc, computed):
    assert not hashing.verify("x", phc)
    assert len(computed) == 1
    assert hashing.needs_rehash(phc)


def test_waste_costs_what_a_hash_costs(computed):
    hashing.hash_password("x")
    hashing.waste()
    assert len(computed) == 2 and computed[0] == computed[1]


@pytest.mark.parametrize("cost", [(65, 8192, 1), (1, 4_000_000, 1), (1, 8192, 32), (1, 8, 4)])
def test_a_cost_beyond_all_bounds_is_refused_before_it_is_stored(settings, cost):
    settings.KEYTURN_ARGON2 = cost
    for act in (hashing.refuse_unbearable_cost, hashing.waste, lambda: hashing.hash_password("x")):
        with pytest.raises(hashing.CostRefused):
            act()


def test_the_setting_rules_new_hashes(settings):
    settings.KEYTURN_ARGON2 = (2, 9000, 2)
    phc = hashing.hash_password("x")
    assert "$m=9000,t=2,p=2$" in phc and hashing.verify("x", phc)


def _most_at_once(monkeypatch, patience: float) -> int:
    """How many of twelve simultaneous hashes were computed at the same time; each waits so long for two others."""
    running, most, news = 0, 0, threading.Condition()

    def slow(*_arguments):
        nonlocal running, most
        with news:
            running += 1
            most = max(most, running)
            news.notify_all()
            news.wait_for(lambda: most > 2, patience)
            running -= 1
        return bytes(32)

    monkeypatch.setattr(hashing, "crypto_pwhash_alg", slow)
    threads = [threading.Thread(target=hashing.waste) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return most


def test_no_more_hashes_at_once_than_there_are_places(monkeypatch):
    monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(2))
    assert _most_at_once(monkeypatch, patience=0.02) <= 2


def test_without_the_places_there_would_be_more(monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(hashing, "_places", threading.BoundedSemaphore(100))
    assert _most_at_once(monkeypatch, patience=60) > 2


def test_no_secret_in_what_can_be_printed(settings):
    settings.KEYTURN_ARGON2 = (65, 8192, 1)
    with pytest.raises(hashing.CostRefused) as problem:
        hashing.hash_password("quiet lamp")
    assert "quiet" not in repr(problem.value)
