"""The list of common passwords: shipped, complete, and not fooled by a capital or a number behind."""

import pytest

from keyturn.passwords import commonest


@pytest.mark.mission("M4.5")
@pytest.mark.parametrize("text", ["password", "Password", "PASSWORD123!", "password2026", "qwertyuiop[]", "dragon77"])
def test_common_ones_are_known(text):
    assert commonest.contains(text)


@pytest.mark.parametrize("text", ["", "7h", "quiet lamp over the harbour", "dragon8472917364", "\ud800", "x" * 2**20])
def test_others_are_not(text):
    assert not commonest.contains(text)


def test_the_list_is_djangos_whole_one():
    assert len(commonest._known()) > 19_000
