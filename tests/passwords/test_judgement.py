"""A judgement in a tenant: its preset, its words, and everything on record about the person."""

import pytest
from django.utils import translation

from keyturn.passwords import judgement, wording
from keyturn.passwords.core.judge import FAILURES, HINTS, Level


@pytest.mark.mission("M3.5")
@pytest.mark.parametrize(
    ("preset", "least", "text", "failures"),
    [
        ("standard", None, "kP9x-vv3Lq!", ("too_short",)),
        ("standard", None, "kP9x-vv3Lq!z", ()),
        ("standard", 9, "kP9x-vv3Lq!", ()),
        ("standard", 20, "kP9x-vv3Lq!z", ("too_short",)),
        ("classic", None, "quiet lamp over the harbour", ("needs_capital", "needs_number")),
        ("strict", None, "kP9x-vv3Lq!z", ("too_short",)),
    ],
)
def test_the_tenants_requirements_rule(in_movers, preset, least, text, failures):
    in_movers.password_preset, in_movers.password_min_length = preset, least
    in_movers.save()
    assert judgement.for_person(text, None).failures == failures


@pytest.mark.mission("M4.5")
@pytest.mark.parametrize(
    "text",
    [
        "the mara.lind harbour bridge",
        "the lindqvist harbour bridge",
        "the 4155550101 harbour bridge",
        "the 5550101 harbour bridge",
        "the m.lindqvist harbour bridge",
    ],
)
def test_what_is_on_record_about_the_person_is_refused(mara, text):
    assert "own_data" in judgement.for_person(text, mara).failures
    assert judgement.for_person(text, None).acceptable  # the control


def test_what_was_just_typed_counts_as_own_data(in_movers):
    assert "own_data" in judgement.for_person("under the kestrel bridge", None, ("kestrel@labs.example",)).failures


def test_the_domain_of_an_address_is_guessable_but_no_crime(mara):
    assert judgement.for_person("lamps at home and harbours", mara).acceptable
    assert not judgement.for_person("home-movers-home", mara).acceptable


def test_tenant_words_are_used_and_odd_ones_passed_over(in_movers):
    in_movers.password_words = ["TruckLine", 7, None]
    in_movers.save()
    assert judgement.for_person("truckline-truckline", None).level is Level.POOR


def test_the_common_list_is_asked(in_movers):
    assert "common" in judgement.for_person("Password2026!", None).failures


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "\u202e" * 20, "x" * 2**20, "🔑" * 256])
def test_hostile_text_gets_a_judgement(mara, text):
    assert not judgement.for_person(text, mara, ("\ud800", "x" * 2**20)).acceptable


@pytest.mark.parametrize("code", [*FAILURES, *HINTS, "same_as_temporary", "same_as_current"])
def test_every_code_has_a_sentence(code):
    with translation.override("en"):
        assert str(wording.explain(code)).endswith(".")


def test_the_minimum_is_named_where_it_is_known():
    with translation.override("en"):
        assert str(wording.explain("too_short", least=15)) == "Use at least 15 characters."
        assert [str(wording.level(level)) for level in Level] == ["Poor", "Weak", "Acceptable", "Good", "Excellent"]
