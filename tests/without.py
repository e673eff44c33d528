"""Which tests ask a database, and so run on both kinds.

A test without the mark `django_db` and without a fixture of a database cannot ask one in this process: pytest-django
refuses it. Others start programs that have one; they, or their fixtures, take something from the modules that make
databases.
"""

import pytest

_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}
_MAKERS = {"tests.databases", "tests.installation", "tests.migrated"}


def asks_one(item: pytest.Item) -> bool:
    """Whether this test, or anything that it starts, may ask a database."""
    if item.get_closest_marker("django_db") or _FIXTURES & set(item.fixturenames):
        return True
    fixtures = (one.func for known in item._fixtureinfo.name2fixturedefs.values() for one in known)
    return any(_MAKERS & _named_in(function.__globals__) for function in (item.function, *fixtures))


def asks_roles(item: pytest.Item) -> bool:
    """Whether it is about roles, which an embedded database does not have."""
    return item.get_closest_marker("postgresql") is not None


def _named_in(names: dict) -> set[str]:
    """The modules that are here, or from which something is."""
    said = (getattr(value, what, None) for value in names.values() for what in ("__name__", "__module__"))
    return {name for name in said if isinstance(name, str)}
