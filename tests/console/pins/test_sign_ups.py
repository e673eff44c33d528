"""The log of sign-ups, the search for a reference, and what Home says of guessing."""

import pytest

from keyturn.audit import events
from keyturn.enrollment import resolving, sign_ups
from keyturn.enrollment.models import SignUp
from keyturn.enrollment.sign_ups import Asked
from keyturn.lib import clock
from keyturn.operators.roles import Role
from keyturn.people import newcomers
from tests.console.pins.acts import at, words
from tests.console.staff import operator, sign_in
from tests.enrollment.acts import issue


@pytest.fixture
def signed_up(vera, in_movers, now) -> dict[str, SignUp]:
    """One that waits, one with a wrong PIN, one that was taken."""
    in_movers.pin_sign_up = "all"
    in_movers.save()
    text = issue(vera, "owner").text
    rows = {}
    for name, pin in (("wrong", "ABCD-EFGHJ-KMNPQ"), ("accepted", text), ("open", text)):
        asked = Asked(pin, f"{name}@new.example", name, "web", "192.0.2.7", in_movers)
        rows[name] = sign_ups.ask(asked, clock.now()).reference
        if name != "open":
            assert resolving.step()
    return {name: SignUp.objects.get(reference=reference) for name, reference in rows.items()}


@pytest.mark.mission("M2.13")
def test_every_sign_up_is_listed_with_its_reason(otto, vera, signed_up):
    page = words(otto.get("/console/sign-ups/"))
    assert all(row.reference in page for row in signed_up.values())
    assert "There is no such PIN code." in page and "Waits" in page and "First sign-in awaited" in page
    assert "Vera Stone" in page and "Web pages" in page


def test_one_sign_up_says_what_each_rule_said(otto, signed_up):
    page = words(otto.get(f"/console/sign-ups/{signed_up['wrong'].reference}"))
    assert "There is no such PIN code. Compare it" in page and "refused here" in page and "not asked" in page
    assert "ABCD" not in page  # what was typed is kept nowhere
    accepted = words(otto.get(f"/console/sign-ups/{signed_up['accepted'].reference}"))
    assert "Nobody has the user name yet holds" in accepted and "accepted" in accepted
    assert "A worker has not looked at it yet" in words(otto.get(f"/console/sign-ups/{signed_up['open'].reference}"))


def test_whoever_signed_in_has_finished_before_the_duty_writes_it_down(otto, signed_up):
    row = SignUp.objects.get(pk=signed_up["accepted"].pk)
    newcomers.activate(row.person_id, clock.now())
    assert "Finished" in words(otto.get(f"/console/sign-ups/{row.reference}"))


def test_a_reference_is_found_in_whatever_spelling(otto, signed_up):
    row = signed_up["wrong"]
    heard = row.reference.replace("-", " ").lower()
    there = f"/console/sign-ups/{row.reference}"
    assert otto.get("/console/search", {"q": heard})["Location"] == there
    assert otto.get("/console/sign-ups/", {"reference": heard})["Location"] == there
    assert "No sign-up has this reference" in words(otto.get("/console/sign-ups/", {"reference": "ZZZZ-ZZZZ"}))
    assert otto.get("/console/sign-ups/ZZZZ-ZZZZ").status_code == 404


def test_the_list_is_narrowed_by_state(otto, signed_up):
    page = words(otto.get("/console/sign-ups/", {"state": "refused"}))
    assert signed_up["wrong"].reference in page and signed_up["open"].reference not in page
    assert otto.get("/console/sign-ups/", {"state": "made-up"}).status_code == 422


def test_an_auditor_sees_all_of_it(in_movers, vera, signed_up):
    ada = sign_in(operator(in_movers, "ada", Role.AUDITOR))
    assert ada.get("/console/sign-ups/").status_code == 200
    assert "Sign-ups" in words(ada.get("/console/")) and ada.get(at(vera)).status_code == 200


def test_home_tells_when_so_many_wrong_pins_came_that_none_was_looked_at(otto, in_movers):
    assert "wrong PIN codes" not in words(otto.get("/console/"))
    events.record("pins.guessed", at=clock.now(), actor="anonymous", source="192.0.2.7")
    assert "So many wrong PIN codes were tried" in words(otto.get("/console/"))
