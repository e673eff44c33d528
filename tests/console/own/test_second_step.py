"""Signing in with two steps, through the pages; and every way around the second one that we could think of."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from keyturn.console import guard
from keyturn.operators.factors.models import AuthenticatorApp
from keyturn.operators.models import OperatorSession
from tests.console.own.phone import enrols
from tests.console.staff import operator, sign_in
from tests.operators.authenticator import SoftKey

STEP = "/console/sign-in/second-factor"
COOKIE = "keyturn-operator"


@pytest.fixture
def otto(movers):
    return operator(movers)


@pytest.fixture
def phone(otto, now):
    return enrols(sign_in(otto), now)[0]


@pytest.fixture
def at_the_door(otto, phone) -> Client:
    """A browser in which the password was right."""
    return sign_in(otto)


def test_the_password_alone_opens_no_page(at_the_door):
    for path in ("/console/", "/console/me", "/console/operators/", "/console/me/app", "/console/confirm"):
        answer = at_the_door.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (303, STEP), path


def test_nor_does_any_other_address_of_the_console(at_the_door):
    from tests.console.test_guard import routes

    some = {"token": "x", "rest": "x", "name": "off", "slug": "movers", "host": "x", "passkey_id": 1, "session_id": 1}
    opened = []
    for route in routes(guard_urls()):
        if route.name in ("console_sign_in", "console_welcome", "console_second_factor", None):
            continue
        path = "/console/" + filled(route, some)
        for send in (at_the_door.get, at_the_door.post):
            answer = send(path)
            if answer.status_code not in (303, 404, 405):
                opened.append((path, answer.status_code))
            if "sign-out" in path or "second-factor/passkey" in path:
                break
    assert opened == []


def guard_urls():
    from keyturn.console import urls

    return urls.urlpatterns


def filled(route, some) -> str:
    """The route's address with something in every place."""
    text = str(route.pattern)
    for name, value in some.items():
        for kind in ("str", "slug", "int"):
            text = text.replace(f"<{kind}:{name}>", str(value))
    return text.replace("<uuid:operator_id>", "00000000-0000-0000-0000-000000000001").replace(
        "<uuid:person_id>", "00000000-0000-0000-0000-000000000001"
    )


def test_the_right_code_goes_on_to_the_page_that_was_wished(at_the_door, phone, now):
    answer = at_the_door.post(f"{STEP}?next=/console/me", {"code": phone.shows(now)})
    assert (answer.status_code, answer["Location"]) == (303, "/console/me")
    assert at_the_door.get("/console/me").status_code == 200


@pytest.mark.parametrize("wished", ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-in"])
def test_next_goes_nowhere_else(at_the_door, phone, now, wished):
    answer = at_the_door.post(f"{STEP}?next={wished}", {"code": phone.shows(now)})
    assert answer["Location"] == "/console/"


def test_the_cookie_from_before_the_second_step_is_worth_nothing_after_it(at_the_door, phone, now):
    before = at_the_door.cookies[COOKIE].value
    at_the_door.post(STEP, {"code": phone.shows(now)})
    assert at_the_door.cookies[COOKIE].value != before
    thief = Client(HTTP_HOST="movers.localhost")
    thief.cookies[COOKIE] = before
    assert thief.get("/console/me")["Location"].startswith("/console/sign-in")


def test_a_cookie_that_somebody_planted_is_replaced_by_signing_in(otto, phone, now):
    browser = Client(HTTP_HOST="movers.localhost")
    browser.cookies[COOKIE] = planted = "A" * 43
    browser.post("/console/sign-in", {"identifier": "otto", "password": "violet tractor beside a lake"})
    browser.post(STEP, {"code": phone.shows(now)})
    assert browser.cookies[COOKIE].value != planted
    assert not OperatorSession.objects.filter(digest__contains=planted).exists()


def test_a_code_works_once(otto, phone, now):
    first, second = sign_in(otto), sign_in(otto)
    code = phone.shows(now)
    assert first.post(STEP, {"code": code}).status_code == 303
    answer = second.post(STEP, {"code": code})
    assert answer.status_code == 422
    assert b"used already" in answer.content


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"code": ""},
        {"code": "abc"},
        {"code": "1" * 60_000},
        {"code": "12\x003456"},
        {"code": ["123456", "654321"]},
        {"code": b"\xff\xfe"},
        {"passkey": "{}"},
        {"passkey": "x" * 50_000},
        {"passkey": ["{}", "{}"]},
        {"passkey": json.dumps({"id": [], "response": 1})},
    ],
    ids=str,
)
def test_hostile_fields_open_nothing(at_the_door, fields):
    assert at_the_door.post(STEP, fields).status_code in (400, 422)
    assert OperatorSession.objects.filter(awaiting="second_factor", ended_at=None).exists()


def test_a_recovery_code_stands_in_for_a_lost_phone(otto, now):
    _, spare = enrols(sign_in(otto), now)
    browser = sign_in(otto)
    assert b"Recovery code" in browser.get(f"{STEP}?spare").content
    assert browser.post(STEP, {"code": spare[0].upper()}).status_code == 303
    again = sign_in(otto)
    assert again.post(STEP, {"code": spare[0]}).status_code == 422


def test_too_many_codes_must_wait(at_the_door, phone, now):
    for _ in range(5):
        at_the_door.post(STEP, {"code": phone.showed_long_ago(now)})
    answer = at_the_door.post(STEP, {"code": phone.shows(now)})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1


def test_a_passkey_signs_in(otto, now):
    browser, key = sign_in(otto), SoftKey(origin="http://movers.localhost")
    made = key.creates(browser.post("/console/me/passkeys/options").json())
    assert browser.post("/console/me/passkeys/new", {"name": "Blue key", "passkey": made}).status_code == 200
    again = sign_in(otto)
    page = again.get(STEP).content
    assert b"Use a passkey" in page and b"Use a recovery code" in page and b'name="code"' not in page
    signed = key.signs(again.post(f"{STEP}/passkey").json())
    assert again.post(STEP, {"passkey": signed}).status_code == 303
    assert again.get("/console/me").status_code == 200


def test_a_passkey_of_another_address_leaves_the_recovery_code(otto, now):
    browser, key = sign_in(otto), SoftKey(origin="http://movers.localhost")
    made = key.creates(browser.post("/console/me/passkeys/options").json())
    browser.post("/console/me/passkeys/new", {"name": "Blue key", "passkey": made})
    again = sign_in(otto)
    again.defaults["HTTP_HOST"] = "testserver"  # another name of Movers
    page = again.get(STEP).content.decode()
    assert "You have a passkey for movers.localhost" in page and "Recovery code" in page
    assert "Use a passkey" not in page


def test_somebody_at_the_door_can_leave(at_the_door):
    assert at_the_door.post("/console/sign-out").status_code == 303
    assert at_the_door.get(STEP)["Location"].startswith("/console/sign-in?")


def test_a_form_from_another_site_is_no_second_step(otto, phone, now):
    inside = sign_in(otto)
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="movers.localhost")
    strict.cookies = inside.cookies
    assert strict.post(STEP, {"code": phone.shows(now)}).status_code == 403


def test_control_without_the_guard_the_password_alone_would_do(at_the_door, monkeypatch):
    monkeypatch.setattr(guard.second_step, "owed", lambda session: "")
    assert at_the_door.get("/console/me").status_code == 200


def test_time_for_the_second_step_runs_out(at_the_door, phone, now):
    OperatorSession.objects.filter(awaiting="second_factor").update(expires_at=now - timedelta(seconds=1))
    answer = at_the_door.post(STEP, {"code": phone.shows(now)})
    assert answer["Location"].startswith("/console/sign-in?")
    assert AuthenticatorApp.objects.get().last_step == 0
