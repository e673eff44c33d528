"""The meter over the API: five levels, codes with sentences, nothing kept."""

import pytest

from keyturn.api import passwords
from keyturn.lib import clock
from keyturn.limits import counters
from tests.api.caller import problem


@pytest.mark.mission("M4.5")
def test_it_says_how_strong_and_what_would_help(app):
    poor = app.post("/password/strength", {"password": "password"}).json()
    assert (poor["level"], poor["acceptable"]) == ("poor", False)
    assert {"code", "text"} == poor["hints"][0].keys()
    excellent = app.post("/password/strength", {"password": "seven quiet lamps on Elm street"}).json()
    assert excellent["acceptable"] is True and excellent["level"] in {"good", "excellent"}


@pytest.mark.mission("M4.5")
def test_the_identifier_is_compared_and_never_looked_up(app):
    own = {"password": "wilhelmina-2209-x", "identifier": "wilhelmina"}
    judged = app.post("/password/strength", own).json()
    assert "own_data" in {failure["code"] for failure in judged["failures"]}


def test_the_sentences_are_in_the_clients_language(app):
    spanish = app.post("/password/strength", {"password": "x"}, **{"Accept-Language": "es"})
    assert spanish.headers["Content-Language"] == "es"


def test_it_is_limited_by_source(app, monkeypatch):
    monkeypatch.setattr(counters, "take", lambda *whom, now: clock.now())
    problem(app.post("/password/strength", {"password": "x"}), 429, "too_many_requests")
    assert passwords.JUDGING.scaled
