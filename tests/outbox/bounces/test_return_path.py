"""The return path names one message and cannot be made up."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.bounces import return_path

MESSAGE = UUID("5c0e2f60-93f1-4a44-9a2e-0d8d21f6b3aa")


@pytest.fixture(autouse=True)
def reports_come_back(settings):
    settings.KEYTURN_BOUNCE_ADDRESS = "Bounces@reports.example"


def test_what_was_made_is_read_however_servers_change_its_capitals():
    made = return_path.of(MESSAGE)
    assert {return_path.read(said) for said in (made, made.lower(), made.upper())} == {MESSAGE}
    assert len(made.rpartition("@")[0]) <= 64


def test_without_a_setting_there_is_none(settings):
    settings.KEYTURN_BOUNCE_ADDRESS = ""
    assert (return_path.of(MESSAGE), return_path.read("bounces+x@reports.example")) == ("", None)


def forged() -> list[str]:
    made = return_path.of(MESSAGE)
    other = return_path.of(uuid4())
    return [
        made[:-20] + ("a" if made[-20] != "a" else "b") + made[-19:],
        made[:20] + other[20:],
        made.replace("reports.example", "evil.example"),
        made.replace("Bounces", "root"),
        made.replace("+", ""),
        "Bounces+@reports.example",
        "Bounces@reports.example",
        "",
        "\u017f" * 50,
    ]


def test_every_other_address_is_nobodys():
    assert [return_path.read(address) for address in forged()] == [None] * len(forged())


def test_without_the_comparison_a_forged_one_would_be_read(monkeypatch):
    monkeypatch.setattr(return_path.hmac, "compare_digest", lambda *_: True)
    assert any(return_path.read(address) for address in forged())


@given(st.text())
def test_no_text_breaks_the_reading(text):
    assert return_path._signed(text) is None
