"""What runs on one kind of database asks none: who may ask one is recognized, however they come to it."""

from types import FunctionType, SimpleNamespace

import pytest

from tests import installation, without
from tests.installation import running


def item(*, marks=(), fixtures=(), names=None, of_fixture=None):
    """A test in a module with these names, with a fixture in another."""

    def function(names: dict | None) -> FunctionType:
        return FunctionType((lambda: None).__code__, dict(names or {}))

    known = {"some": [SimpleNamespace(func=function(of_fixture))]}
    return SimpleNamespace(
        get_closest_marker=lambda name: name if name in marks else None,
        fixturenames=["some", *fixtures],
        function=function(names),
        _fixtureinfo=SimpleNamespace(name2fixturedefs=known),
    )


@pytest.mark.parametrize(
    "asking",
    [
        item(marks=["django_db"]),
        item(fixtures=["db"]),
        item(fixtures=["live_server"]),
        item(names={"installation": installation}),
        item(names={"running": running}),
        item(of_fixture={"installation": installation}),
    ],
)
def test_whoever_may_ask_a_database_is_recognized(asking):
    assert without.asks_one(asking)


def test_whoever_cannot_is_too():
    assert not without.asks_one(item(names={"json": __import__("json"), "number": 7}))


def test_these_very_tests_are_told_apart(request):
    """The real items, as pytest makes them: this one would start an installation, for all anybody knows."""
    assert without.asks_one(request.node)
    assert without.asks_roles(item(marks=["postgresql"])) and not without.asks_roles(request.node)
