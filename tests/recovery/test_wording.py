"""Every reason that the request log can hold has its sentence."""

import pytest

from keyturn.recovery import wording
from keyturn.recovery.core.policy import Failure, Reason


@pytest.mark.parametrize("reason", [*Reason, *Failure])
def test_every_reason_has_a_sentence(reason):
    assert str(wording.explain(str(reason))).endswith(".")


def test_no_reason_has_none():
    assert wording.explain("") == ""
