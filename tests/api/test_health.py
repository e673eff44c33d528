"""Alive and ready are two questions, and both are answered in JSON."""

import pytest
from django.db import OperationalError

from keyturn.api import health
from tests.api.caller import App


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_all_is_well(db, path):
    answer = App("10.0.0.7").call("GET", path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "problems": []})
    assert App("10.0.0.7").call("POST", path).status_code == 405


def test_what_is_missing_is_named(db, monkeypatch):
    monkeypatch.setattr(health.readiness, "problems", lambda: ["run: keyturn migrate"])
    answer = App().call("GET", "/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["run: keyturn migrate"])


def test_a_database_that_is_silent_is_not_healthy(db, monkeypatch):
    class Silent:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(health, "connection", Silent())
    answer = App().call("GET", "/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
