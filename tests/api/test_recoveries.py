"""Asking over the API: the same answer for everybody, and clear words about what cannot be read."""

import pytest

from keyturn.recovery import redeem
from keyturn.recovery.models import Intake
from tests.access.people import OWN
from tests.api.caller import App, errors, problem

TOKEN = "A" * 43


@pytest.mark.mission("M0.1")
def test_an_app_asks_for_somebody_and_gets_a_reference(app, mara):
    answer = app.post("/recoveries", {"email": "mara@movers.example", "phone": "+1 415 555 0101"})
    assert answer.status_code == 202
    assert answer.json() == {"reference": Intake.objects.get().reference}


def test_known_unknown_and_inactive_get_the_same_answer(app, mara, nils):
    answers = [app.post("/recoveries", {"email": f"{who}@movers.example"}) for who in ("mara", "nils", "nobody")]
    assert {(answer.status_code, str(answer.headers), len(answer.content)) for answer in answers} == {
        (202, str(answers[0].headers), len(answers[0].content))
    }


@pytest.mark.mission("M0.10", "M0.12")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"email": "missing"}),
        ({"phone": "+14155550101"}, {"email": "missing"}),
        ({"email": "mara"}, {"email": "not_an_address"}),
        ({"email": "mara@movers"}, {"email": "bad_domain"}),
        ({"email": "m@movers.example", "phone": "415 555 0101 ext. 5"}, {"phone": "has_extension"}),
        ({"email": "m@movers.example", "phone": "call me"}, {"phone": "not_a_number"}),
        ({"email": "m@movers.example", "phone": "12"}, {"phone": "not_a_number"}),
        ({"email": "m@movers.example", "method": "carrier pigeon"}, {"method": "unknown_choice"}),
        ({"email": "m@movers.example", "tenant": "labs"}, {"tenant": "unknown_field"}),
    ],
)
def test_what_cannot_be_read_is_named(app, body, expected):
    assert errors(app.post("/recoveries", body)) == expected
    assert not Intake.objects.exists()


def test_a_source_that_asks_too_much_must_wait(app, settings):
    for number in range(30):
        assert app.post("/recoveries", {"email": f"a{number}@movers.example"}).status_code == 202
    waiting = app.post("/recoveries", {"email": "a@movers.example"})
    problem(waiting, 429, "too_many_requests")
    assert int(waiting.headers["Retry-After"]) > 0
    settings.KEYTURN_SOURCE_LIMIT_FACTOR = 2
    assert app.post("/recoveries", {"email": "a@movers.example"}).status_code == 202


@pytest.mark.mission("M0.13")
def test_the_installations_own_address_leaves_the_tenant_to_be_found(movers, labs):
    app = App("127.0.0.1")  # the host of KEYTURN_PUBLIC_URL, which also shows Movers' pages
    assert app.post("/recoveries", {"email": "mara@movers.example"}).status_code == 202
    assert Intake.objects.get().tenant is None


def test_an_organizations_own_address_is_its_own(app, movers):
    app.post("/recoveries", {"email": "mara@movers.example"})
    assert Intake.objects.get().tenant == movers


def test_an_installation_without_a_tenant_routes_and_does_nothing_else(db, settings):
    settings.KEYTURN_PUBLIC_URL = "https://keyturn.example"
    app = App("keyturn.example")
    assert app.post("/recoveries", {"email": "mara@movers.example"}).status_code == 202
    problem(app.sign_in("mara", "x"), 404, "not_found")
    problem(app.post("/password/strength", {"password": "x"}), 404, "not_found")
    problem(app.call("GET", "/api/v1/me", Authorization="Bearer x"), 404, "not_found")


def test_links_and_codes_that_open_nothing_are_refused_in_one_word(app):
    for token in (TOKEN, "A", "x" * 100):
        answer = app.post("/recoveries/redeem", {"token": token, "code": "123 456", "new_password": OWN})
        problem(answer, 403, "link_refused")


def test_a_weak_password_is_told_before_a_try_is_counted(app):
    answer = app.post("/recoveries/redeem", {"token": TOKEN, "code": "123456", "new_password": "password"})
    assert problem(answer, 409, "weak_password")["judgement"]["acceptable"] is False


def test_a_code_that_is_none_is_malformed(app):
    answer = app.post("/recoveries/redeem", {"token": TOKEN, "code": "abcdef", "new_password": OWN})
    assert errors(answer) == {"code": "malformed"}


@pytest.mark.parametrize(
    ("outcome", "status", "reason"),
    [
        (redeem.Busy(), 409, "busy"),
        (redeem.DirectoryDown(), 503, "unavailable"),
        (redeem.NotTaken("too simple"), 409, "password_not_taken"),
    ],
)
def test_what_else_may_happen_has_its_word(app, monkeypatch, outcome, status, reason):
    monkeypatch.setattr(redeem, "redeem", lambda attempt, now: outcome)
    answer = app.post("/recoveries/redeem", {"token": TOKEN, "code": "123456", "new_password": OWN})
    problem(answer, status, reason)
    assert b"too simple" not in answer.content


def test_a_redeemed_ticket_answers_with_nothing(app, mara, monkeypatch):
    monkeypatch.setattr(redeem, "redeem", lambda attempt, now: redeem.Redeemed(mara.person))
    answer = app.post("/recoveries/redeem", {"token": TOKEN, "code": "123456", "new_password": OWN})
    assert (answer.status_code, answer.content) == (204, b"")
