"""Every reason that the request log can hold has its sentence."""

import re
from pathlib import Path

import pytest

from keyturn.recovery import wording
from keyturn.recovery.core.policy import Failure, Reason


@pytest.mark.parametrize("reason", [*Reason, *Failure])
def test_every_reason_has_a_sentence(reason):
    assert str(wording.explain(str(reason))).endswith(".")


def test_no_reason_has_none():
    assert wording.explain("") == ""


def test_the_page_in_the_docs_lists_every_reason_and_no_other():
    page = (Path(__file__).parents[2] / "docs/recovery.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)`", page, re.MULTILINE) == [*Reason, *Failure]
