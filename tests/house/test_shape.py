"""The house holds its shape, and every check of it finds a house that does not."""

from pathlib import Path

import pytest

import keyturn
from tests.house import shape

SRC = Path(keyturn.__file__).parent
DOCS = SRC.parents[1] / "docs"

CHECKS = {
    shape.floors: {
        "people/models.py": '"""A."""\nfrom keyturn.recovery import redeem\n',
        "people/queries.py": '"""A neighbour."""\nimport keyturn.outbox.models\n',
        "lib/text.py": '"""A."""\nfrom ..people import models\n',
        "lib/clock.py": '"""A."""\nfrom keyturn import tenants\n',
        "portal/views.py": '"""A."""\nfrom keyturn.attic import box\n',
    },
    shape.rooms_are_known: {"attic/__init__.py": ""},
    shape.cores: {
        "recovery/core/policy.py": '"""A."""\nfrom django.db import models\n',
        "passwords/core/judge.py": '"""A."""\nfrom keyturn.people import queries\n',
        "outbox/layouts/core/items.py": '"""A."""\nfrom keyturn.outbox.layouts import models\n',
    },
    shape.imports_at_the_top: {"lib/text.py": '"""A."""\ndef line():\n    import re\n    return re\n'},
    shape.lengths: {"lib/text.py": '"""A."""\n' + "x = 1\n" * 260},
    shape.docstrings: {"lib/text.py": "x = 1\n"},
    shape.names: {"people/utils.py": '"""A."""\n', "recovery/services/flow.py": '"""A."""\n'},
    shape.loose_ends: {"lib/text.py": '"""A."""\nx = 1  # TODO: two\n'},
}
SETTINGS_PAGE = "| `KEYTURN_DATA` | a folder |"
AUDIT_PAGE = "| `password.changed` | somebody has a new password |"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_holds_its_shape(check):
    assert list(check(SRC)) == []


@pytest.mark.parametrize(
    ("check", "file"), [(check, file) for check, broken in CHECKS.items() for file in broken], ids=str
)
def test_a_broken_house_is_found_out(check, file, tmp_path):
    _build(tmp_path, {file: CHECKS[check][file]})
    assert list(check(tmp_path))


def test_a_sound_house_is_left_in_peace(tmp_path):
    sound = {
        "lib/text.py": '"""A."""\nimport re\n',
        "people/models.py": '"""A."""\nfrom keyturn.lib import text\nfrom keyturn import __version__\n',
        "recovery/core/policy.py": '"""A."""\nimport enum\nfrom keyturn.recovery.core.facts import Facts\n',
        "outbox/layouts/core/items.py": '"""A."""\nfrom keyturn.outbox.layouts.core import words\n',
        "portal/views/forgot.py": '"""A."""\nfrom keyturn.recovery import intake\nfrom ..forms import Form\n',
        "settings.py": '"""A."""\nfrom keyturn.lib import environment\n',
    }
    _build(tmp_path, sound)
    assert [complaint for check in CHECKS for complaint in check(tmp_path)] == []


def test_every_setting_is_explained():
    assert list(shape.settings(SRC, (DOCS / "settings.md").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("code", ['x = text("KEYTURN_SHADOW")', "x = settings.KEYTURN_SHADOW", "KEYTURN_SHADOW = 1"])
def test_a_setting_nobody_explained_is_found_out(code, tmp_path):
    _build(tmp_path, {"settings.py": f'"""A."""\nKEYTURN_DATA = 1\n{code}\n'})
    assert list(shape.settings(tmp_path, SETTINGS_PAGE)) == ["KEYTURN_SHADOW is not explained in docs/settings.md"]


def test_an_explanation_without_its_setting_is_found_out(tmp_path):
    _build(tmp_path, {"settings.py": '"""A."""\n'})
    assert list(shape.settings(tmp_path, SETTINGS_PAGE))


def test_every_audit_action_is_listed():
    assert list(shape.audit_actions(SRC, (DOCS / "audit.md").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code", ['events.record("door.forced")', 'record("door.forced" if x else "password.changed")']
)
def test_an_audit_action_nobody_listed_is_found_out(code, tmp_path):
    _build(tmp_path, {"passwords/change.py": f'"""A."""\nrecord("password.changed")\n{code}\n'})
    assert list(shape.audit_actions(tmp_path, AUDIT_PAGE)) == ["door.forced is not listed in docs/audit.md"]


def test_a_listed_action_nobody_records_is_found_out(tmp_path):
    assert list(shape.audit_actions(tmp_path, AUDIT_PAGE))


def _build(src: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = src / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
