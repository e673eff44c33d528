"""Signing up over the API: where the organization offers it to all clients, and the same answer for everybody."""

import pytest
from django.db import connection

from keyturn.door import tenancy
from keyturn.enrollment.models import SignUp
from keyturn.tenants.models import PinSignUp
from tests.api.caller import errors, problem
from tests.enrollment import working
from tests.portal.invitations import MADE_UP, invited, shapes_of
from tests.recovery.conftest import mara as maras_person  # noqa: F401 -- fixture

NINA = {"pin": MADE_UP, "email": "nina@movers.example", "username": "nina"}


@pytest.fixture
def open_to_all(in_movers):
    in_movers.pin_sign_up = PinSignUp.ALL
    in_movers.save()
    tenancy._kept.clear()
    return in_movers


@pytest.mark.mission("M2.1", "M2.9")
@pytest.mark.parametrize("mode", ["off", "web"])
def test_an_app_signs_nobody_up_where_it_is_not_offered(app, in_movers, mode):
    in_movers.pin_sign_up = mode
    in_movers.save()
    problem(app.post("/sign-ups", NINA), 403, "sign_up_not_offered")
    assert not SignUp.objects.exists()


@pytest.mark.mission("M2.1", "M2.9")
def test_an_app_signs_somebody_up_and_gets_a_reference(app, open_to_all):
    answer = app.post("/sign-ups", NINA)
    row = SignUp.objects.get()
    assert (answer.status_code, answer.json(), row.door) == (202, {"reference": row.reference}, "api")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"pin": "1234"}, {"pin": "not_a_pin"}),
        ({"pin": ["x"]}, {"pin": "wrong_type"}),
        ({"email": "nina"}, {"email": "not_an_address"}),
        ({"email": "nina@here"}, {"email": "bad_domain"}),
        ({"username": "two words"}, {"username": "not_one_word"}),
        ({"username": "other@movers.example"}, {"username": "other_address"}),
        ({"username": "a\u0007b"}, {"username": "control_character"}),
        ({"username": ""}, {"username": "empty"}),
        ({"username": "x" * 300}, {"username": "too_long"}),
        ({"tenant": "labs"}, {"tenant": "unknown_field"}),
    ],
)
def test_what_cannot_be_read_is_named(app, open_to_all, changed, expected):
    assert errors(app.post("/sign-ups", NINA | changed)) == expected
    assert not SignUp.objects.exists()


def test_the_organizations_pattern_counts(app, open_to_all):
    open_to_all.identifier_pattern = "[0-9]{4}"
    open_to_all.save()
    assert errors(app.post("/sign-ups", NINA)) == {"username": "not_of_this_form"}
    assert app.post("/sign-ups", NINA | {"username": "0815"}).status_code == 202


def test_a_source_that_asks_too_much_must_wait(app, open_to_all):
    for _ in range(30):
        assert app.post("/sign-ups", NINA).status_code == 202
    waiting = app.post("/sign-ups", NINA)
    problem(waiting, 429, "too_many_requests")
    assert int(waiting.headers["Retry-After"]) > 0


@pytest.mark.mission("M2.9")
def test_good_wrong_spent_revoked_and_taken_get_the_same_bytes_and_statements(
    app,
    maras_person,  # noqa: F811 -- the fixture
    open_to_all,
    now,
):
    answers = {}
    for case in invited(maras_person, now):
        with shapes_of(connection) as shapes:
            answer = app.post("/sign-ups", {"pin": case.pin, "email": case.email, "username": case.username})
        said = answer.content.replace(answer.json()["reference"].encode(), b"")
        answers[case.name] = (answer.status_code, str(answer.headers), said, shapes)
    assert answers == dict.fromkeys(answers, answers["good"])
    assert SignUp.objects.count() == len(answers)


@pytest.mark.mission("M2.9", "M2.13")
def test_while_many_wrong_pins_come_an_app_is_given_work_whatever_it_sends(
    app,
    maras_person,  # noqa: F811 -- the fixture
    open_to_all,
    now,
    monkeypatch,
):
    working.make_easy(monkeypatch)
    working.meet_limit(open_to_all, now)
    answers = {}
    for case in invited(maras_person, now):
        with shapes_of(connection) as shapes:
            answer = app.post("/sign-ups", {"pin": case.pin, "email": case.email, "username": case.username})
        given = answer.json().pop("challenge")
        problem(answer, 429, "proof_needed")
        assert 0 < int(answer.headers["Retry-After"]) <= 3600
        said = answer.content.replace(given.encode(), b"")
        answers[case.name] = (said, shapes)
    assert answers == dict.fromkeys(answers, answers["good"])
    assert not SignUp.objects.exists()


def test_with_the_work_done_an_app_signs_somebody_up_once(app, open_to_all, now, monkeypatch):
    working.make_easy(monkeypatch)
    working.meet_limit(open_to_all, now)
    needed = app.post("/sign-ups", NINA).json()
    proof = {"challenge": needed["challenge"], "counter": working.counter_for(needed["challenge"], needed["bits"])}
    assert app.post("/sign-ups", NINA | {"proof": proof}).status_code == 202
    again = app.post("/sign-ups", NINA | {"proof": proof})
    problem(again, 429, "proof_needed")
    assert again.json()["challenge"] != needed["challenge"]
    assert SignUp.objects.get().is_proven


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ({}, {"challenge": "missing", "counter": "missing"}),
        ({"challenge": "x", "counter": "7"}, {"counter": "malformed"}),
        ({"challenge": "x", "counter": -1}, {"counter": "malformed"}),
        ({"challenge": "x", "counter": 7.5}, {"counter": "malformed"}),
        ({"challenge": "x", "counter": 1e300}, {"counter": "malformed"}),
        ({"challenge": "x", "counter": 2**53}, {"counter": "malformed"}),
        ({"challenge": "x", "counter": True}, {"counter": "malformed"}),
        ({"challenge": "x y", "counter": 7}, {"challenge": "bad_character"}),
        ({"challenge": "x" * 201, "counter": 7}, {"challenge": "too_long"}),
        ({"challenge": ["x"], "counter": 7, "bits": 1}, {"challenge": "wrong_type", "bits": "unknown_field"}),
        ("18", {"proof": "malformed"}),
    ],
)
def test_a_proof_that_cannot_be_read_is_named(app, open_to_all, proof, expected):
    assert errors(app.post("/sign-ups", NINA | {"proof": proof})) == expected


@pytest.mark.parametrize("seven", [7, 7.0])  # one integer, by JSON Schema
def test_a_proof_that_nobody_asked_for_does_no_harm(app, open_to_all, seven):
    assert app.post("/sign-ups", NINA | {"proof": {"challenge": "18.1", "counter": seven}}).status_code == 202
