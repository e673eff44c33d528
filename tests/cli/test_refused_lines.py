"""Lines and settings that are refused before any database is asked, in a sentence."""

import os

import pytest

from tests.cli.machine import Machine


@pytest.fixture
def bare(tmp_path) -> Machine:
    """A folder with nothing in it, and the settings of a safe installation."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("KEYTURN_", "DJANGO_"))}
    ours = {"KEYTURN_DATA": str(tmp_path), "KEYTURN_PUBLIC_URL": "https://recover.example"}
    return Machine(tmp_path, rest | ours, port=0)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"KEYTURN_ARGON2": "many"}, "KEYTURN_ARGON2"),
        ({"KEYTURN_DEBUG": "yes"}, "write 1 or 0"),
        ({"KEYTURN_LOG_LEVEL": "LOUD"}, "KEYTURN_LOG_LEVEL"),
        ({"KEYTURN_TRUSTED_PROXIES": "proxy"}, "KEYTURN_TRUSTED_PROXIES"),
        ({"KEYTURN_DATABASE_URL": "mysql://x"}, "KEYTURN_DATABASE_URL"),
        ({"KEYTURN_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "does not answer"),
        ({"KEYTURN_DATABASE_URL_FILE": "/nowhere/at/all"}, "cannot be read"),
    ],
)
def test_unreadable_settings_are_refused_in_a_sentence(bare, settings, says):
    done = bare.run("worker", **settings)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", [[], ["dance"], ["serve", "--port", "x"], ["worker", "--only", "sleep"]])
def test_a_line_that_is_not_understood_exits_with_2(bare, line):
    assert bare.run(*line).returncode == 2


def test_help_and_version_need_no_settings(bare):
    broken = {"KEYTURN_DATABASE_URL": "nonsense"}
    assert bare.run("--help", **broken).returncode == 0
    assert bare.run("version", **broken).stdout.strip()
