"""The meter's answer: a fragment that judges as saving does, keeps nothing, and is asked so often at most."""

import logging
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.portal.views import strength
from tests.recovery.acts import link_and_code, recover


def ask(visitor, password: str):
    return visitor.post("/password/strength", new_password=password)


@pytest.mark.mission("M4.5")
@pytest.mark.parametrize(
    ("password", "word"),
    [("password", "Poor"), ("correct horse", "Weak"), ("violet tractor beside a lake", "Excellent")],
)
def test_five_levels_in_words(visitor, password, word):
    assert f"<strong>{word}</strong>" in ask(visitor, password).content.decode()


@pytest.mark.mission("M4.5")
def test_behind_a_link_it_knows_whose_password_it_is(visitor, mara, in_movers):
    assert b"Leave out your name" not in ask(visitor, "mara lind and a boat").content
    recover(in_movers)
    visitor.opens(link_and_code()[0])
    assert b"Leave out your name" in ask(visitor, "mara lind and a boat").content


def test_signed_in_it_knows_it_too(visitor, mara):
    visitor.signs_in()
    assert b"Leave out your name" in ask(visitor, "mara lind and a boat").content


@pytest.mark.parametrize("hostile", ["", "a\x00b", "x" * 60_000])
def test_what_cannot_be_a_password_gets_no_answer(visitor, hostile):
    answer = ask(visitor, hostile)
    assert (answer.status_code, answer.content) == (200, b"")


def test_nothing_of_it_is_kept_or_logged(visitor, caplog):
    caplog.set_level(logging.DEBUG)
    with CaptureQueriesContext(connection) as queries:
        answer = ask(visitor, "tell-nobody-of-this-one")
    assert b"tell-nobody" not in answer.content
    assert "tell-nobody" not in caplog.text
    assert not [one["sql"] for one in queries if "tell-nobody" in one["sql"]]
    written = [one["sql"] for one in queries if re.match(r"\s*(INSERT|UPDATE)", one["sql"])]
    assert all("limits_counter" in sql for sql in written)


def test_it_rests_when_one_source_asks_too_often(visitor, monkeypatch):
    monkeypatch.setattr(strength, "BY_SOURCE", strength.counters.Limit("meter_by_source", 2, strength.WINDOW))
    assert [ask(visitor, "a").status_code for _ in range(3)] == [200, 200, 429]
    assert b"judged when you save it" in ask(visitor, "a").content


def test_other_sites_cannot_ask_it(strict):
    assert ask(strict, "a").status_code == 403
