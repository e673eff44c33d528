"""Operators read no codes: every action of the audit has words."""

import re
from pathlib import Path

from keyturn.audit import wording

PAGE = Path(__file__).parents[2] / "docs/audit.md"


def test_every_action_has_words():
    actions = re.findall(r"^\| `([a-z_]+\.[a-z_]+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [action for action in actions if wording.action(action) == action] == []


def test_an_action_without_words_would_be_noticed():
    assert wording.action("door.forced") == "door.forced"
    assert wording.actor("ghost:1") == "ghost:1"
