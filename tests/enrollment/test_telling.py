"""What was taken is told by mail; one PIN has so many such mails written, to however many addresses."""

import pytest

from keyturn.enrollment import limits, telling
from keyturn.enrollment.core.policy import Reason
from keyturn.outbox.models import Message
from tests.enrollment.acts import issue, sign_up

MANY = limits.TAKEN_BY_PIN.at_most


def tries(tenant, pin: str, many: int) -> list[str]:
    """A name that is taken costs no use, and each address is another one."""
    typed = ({"username": "driver-7", "email": f"stranger{n}@elsewhere.example"} for n in range(many))
    return [sign_up(tenant, pin, **one).reason for one in typed]


@pytest.mark.mission("M2.9")
def test_a_pin_is_no_way_to_write_to_everybody_nor_to_ask_for_names(open_to_all, mara):
    assert tries(open_to_all, issue(mara).text, MANY + 3) == [Reason.USERNAME_TAKEN] * (MANY + 3)
    assert Message.objects.filter(purpose="sign_up_taken").count() == MANY
    assert sign_up(open_to_all, issue(mara).text, username="driver-7").reason == Reason.USERNAME_TAKEN
    assert Message.objects.filter(purpose="sign_up_taken").count() == MANY + 1  # another PIN has its own


def test_control_without_the_limit_it_would_be(open_to_all, mara, monkeypatch):
    monkeypatch.setattr(telling, "_may_write", lambda *_: True)
    tries(open_to_all, issue(mara).text, MANY + 3)
    assert Message.objects.filter(purpose="sign_up_taken").count() == MANY + 3
