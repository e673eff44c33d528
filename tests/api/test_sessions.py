"""Signing in and out over the API, and what a temporary password may do."""

import pytest

from keyturn.access.models import Session
from keyturn.people import changes
from keyturn.people.rights import holding
from keyturn.people.rights.core import Rights
from keyturn.tenants.models import Tenant
from tests.access.people import ORIGINAL, OWN, temporary
from tests.api.caller import App, problem
from tests.people.rights.conftest import VERAS, add_catalogue


@pytest.fixture
def bearer(mara, app) -> dict[str, str]:
    return {"Authorization": f"Bearer {app.sign_in('mara', ORIGINAL).json()['token']}"}


def test_a_session_is_opened_used_and_ended(app, bearer):
    me = app.call("GET", "/api/v1/me", **bearer)
    assert me.json() == {
        "identifier": "mara",
        "name": "Mara Lind",
        "email": "mara@movers.example",
        "organization": "Movers",
        "permissions": [],
        "profiles": [],
        "company_exceptions": [],
    }
    assert me.headers["Cache-Control"] == "no-store"
    assert app.call("DELETE", "/api/v1/sessions/current", **bearer).status_code == 204
    problem(app.call("GET", "/api/v1/me", **bearer), 401, "not_signed_in")
    problem(app.call("DELETE", "/api/v1/sessions/current", **bearer), 401, "not_signed_in")


@pytest.mark.mission("M2.10")
def test_what_somebody_may_do_is_told_as_it_is_now(mara, app, bearer, now):
    add_catalogue(now)
    holding.give(mara.person, VERAS, now, actor="owner")
    me = app.call("GET", "/api/v1/me", **bearer).json()
    assert me["permissions"] == ["dispatch", "drive", "export"]
    assert me["profiles"] == ["dispatcher"]
    assert me["company_exceptions"] == [
        {"company": "Harbour Freight", "effect": "allow"},
        {"company": "Night Vans", "effect": "deny"},
    ]
    holding.give(mara.person, Rights(), now, actor="owner")
    assert app.call("GET", "/api/v1/me", **bearer).json()["permissions"] == []


def test_opening_a_session_answers_as_the_contract_says(mara, app):
    opened = app.sign_in("mara", ORIGINAL)
    assert opened.status_code == 201
    assert opened.json().keys() == {"token", "device", "must_change_password", "expires_at"}
    assert opened.json()["must_change_password"] is False
    assert not opened.cookies


def test_unknown_inactive_and_wrong_get_the_same_answer(mara, nils, app):
    refusals = [app.sign_in("mara", "wrong"), app.sign_in("nobody", ORIGINAL), app.sign_in("nils", ORIGINAL)]
    assert len({(refusal.status_code, refusal.content, str(refusal.headers)) for refusal in refusals}) == 1
    problem(refusals[0], 401, "refused")


def test_too_many_wrong_passwords_are_answered_with_the_time_to_wait(mara, app):
    for name in ("mara", "nobody"):
        for _ in range(5):
            problem(app.sign_in(name, "wrong"), 401, "refused")
        waiting = app.sign_in(name, "wrong")
        problem(waiting, 429, "too_many_requests")
        assert waiting.headers["Retry-After"] == "1"


def test_a_known_device_is_let_in_while_strangers_wait(mara, app):
    device = app.sign_in("mara", ORIGINAL).json()["device"]
    for _ in range(6):
        waiting = app.sign_in("mara", "wrong")
    problem(waiting, 429, "too_many_requests")
    assert app.sign_in("mara", ORIGINAL, device=device).status_code == 201


@pytest.mark.mission("M0.4", "M4.7")
def test_a_temporary_password_may_only_be_replaced(mara, app, now):
    text, _ = temporary(mara, now)
    opened = app.sign_in("mara", text).json()
    assert opened["must_change_password"] is True
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    problem(app.call("GET", "/api/v1/me", **bearer), 403, "must_change_password")
    assert app.call("PUT", "/api/v1/password", {"new_password": OWN}, **bearer).status_code == 204
    assert app.call("GET", "/api/v1/me", **bearer).status_code == 200
    assert app.sign_in("mara", OWN).status_code == 201
    problem(app.sign_in("mara", ORIGINAL), 401, "refused")


def test_the_own_password_needs_the_current_one(app, bearer):
    problem(app.call("PUT", "/api/v1/password", {"new_password": OWN}, **bearer), 403, "wrong_password")
    wrong = {"new_password": OWN, "current_password": "wrong"}
    problem(app.call("PUT", "/api/v1/password", wrong, **bearer), 403, "wrong_password")
    weak = {"new_password": "password", "current_password": ORIGINAL}
    refused = problem(app.call("PUT", "/api/v1/password", weak, **bearer), 409, "weak_password")
    assert "common" in {failure["code"] for failure in refused["judgement"]["failures"]}
    right = {"new_password": OWN, "current_password": ORIGINAL}
    assert app.call("PUT", "/api/v1/password", right, **bearer).status_code == 204


def test_a_session_ends_with_its_person_and_its_tenant(mara, app, bearer, now):
    changes.set_status(mara.person, "inactive", now)
    problem(app.call("GET", "/api/v1/me", **bearer), 401, "not_signed_in")
    changes.set_status(mara.person, "active", now)
    assert app.call("GET", "/api/v1/me", **bearer).status_code == 200
    Tenant.objects.update(status=Tenant.SUSPENDED)
    problem(app.call("GET", "/api/v1/me", **bearer), 401, "not_signed_in")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x y", "Basic x", "Bearer \x00", "Bearer é", "Bearer " + "x" * 10**5]
)
def test_a_strange_authorization_is_nobody(app, header):
    problem(app.call("GET", "/api/v1/me", Authorization=header), 401, "not_signed_in")


def test_a_cookie_signs_nobody_in(mara, app, bearer):
    app._client.cookies["keyturn-session"] = bearer["Authorization"].removeprefix("Bearer ")
    problem(app.call("GET", "/api/v1/me"), 401, "not_signed_in")


def test_another_organization_does_not_know_the_session(labs, bearer):
    problem(App("labs.localhost").call("GET", "/api/v1/me", **bearer), 401, "not_signed_in")


def test_a_browsers_session_is_not_an_apps(mara, app, bearer):
    Session.objects.update(kind=Session.WEB)
    problem(app.call("GET", "/api/v1/me", **bearer), 401, "not_signed_in")
