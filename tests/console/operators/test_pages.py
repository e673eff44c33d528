"""Who works here: pages of operators, and what may be done to them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from keyturn.operators.models import Operator, OperatorSession
from keyturn.operators.roles import Role
from tests.console.own.phone import enrols
from tests.console.staff import operator, sign_in

NEW = "a quiet harbour after the rain"


@pytest.fixture
def boss(movers):
    return operator(movers, "boss", Role.OWNER)


@pytest.fixture
def hal(movers):
    return operator(movers, "hal", Role.HELPDESK, email="hal@movers.example")


def link_of(answer) -> str:
    return re.search(r"https?://[^/<]+(/console/welcome/[\w-]+)", answer.content.decode())[1]


def test_an_invitation_goes_from_the_form_to_the_first_sign_in(boss):
    browser = sign_in(boss)
    made = browser.post("/console/operators/new", {"username": "mia", "email": "", "role": "auditor"})
    link = link_of(made)
    mia = Client(HTTP_HOST="movers.localhost")
    assert b"mia" in mia.get(link).content
    assert mia.post(link, {"new_password": NEW, "confirm_password": NEW}).status_code == 303
    assert mia.post("/console/sign-in", {"identifier": "mia", "password": NEW}).status_code == 303
    assert mia.get("/console/me").status_code == 200
    assert mia.post(link, {"new_password": NEW, "confirm_password": NEW}).status_code == 404
    assert mia.get(link).status_code == 404


def test_a_link_of_movers_is_none_at_labs(boss, labs):
    link = link_of(sign_in(boss).post("/console/operators/new", {"username": "mia", "email": "", "role": "auditor"}))
    there = Client(HTTP_HOST="labs.localhost")
    assert there.get(link).status_code == 404
    assert there.post(link, {"new_password": NEW, "confirm_password": NEW}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"username": "", "role": "auditor"}, "username"),
        ({"username": "hal", "role": "auditor"}, "username"),
        ({"username": "a" * 151, "role": "auditor"}, "username"),
        ({"username": "x\u202e", "role": "auditor"}, "username"),
        ({"username": "mia", "email": "no", "role": "auditor"}, "email"),
        ({"username": "mia", "email": "a" * 60_000, "role": "auditor"}, "email"),
        ({"username": "mia", "role": "king"}, "role"),
        ({"username": "mia", "role": ""}, "role"),
        ({"username": ["mia", "ann"], "role": "auditor"}, "username"),
    ],
    ids=str,
)
def test_a_bad_invitation_says_so_at_its_field_and_loses_nothing(boss, hal, fields, where):
    answer = sign_in(boss).post("/console/operators/new", {"email": "", **fields})
    assert answer.status_code == 422
    assert f'id="{where}-error"' in answer.content.decode()
    assert Operator.objects.count() == 2


def test_an_administrator_offers_only_lower_roles(movers):
    ada = sign_in(operator(movers, "ada", Role.ADMINISTRATOR))
    page = ada.get("/console/operators/new").content.decode()
    assert 'value="helpdesk"' in page and 'value="administrator"' not in page and 'value="owner"' not in page
    answer = ada.post("/console/operators/new", {"username": "mia", "email": "", "role": "owner"})
    assert answer.status_code == 422


def test_a_helper_may_not_even_look_and_an_auditor_may_not_touch(movers, hal, boss):
    assert sign_in(hal).get("/console/operators/").status_code == 403
    auditor = sign_in(operator(movers, "aud", Role.AUDITOR))
    assert auditor.get("/console/operators/").status_code == 200
    assert b"Switch off" not in auditor.get(f"/console/operators/{hal.pk}/").content
    assert auditor.post(f"/console/operators/{hal.pk}/off").status_code == 403
    hal.refresh_from_db()
    assert hal.is_active


def test_a_role_is_changed_and_the_second_to_do_so_is_told(boss, hal):
    browser, path = sign_in(boss), f"/console/operators/{hal.pk}/role"
    assert browser.post(path, {"before": "helpdesk", "role": "administrator"}).status_code == 303
    answer = browser.post(path, {"before": "helpdesk", "role": "auditor"})
    assert answer.status_code == 422
    assert b"Somebody else changed the role meanwhile" in answer.content
    hal.refresh_from_db()
    assert hal.role == Role.ADMINISTRATOR


def test_switching_off_shuts_a_browser_out_at_once(boss, hal):
    browser, his = sign_in(boss), sign_in(hal)
    assert his.get("/console/me").status_code == 200
    assert browser.post(f"/console/operators/{hal.pk}/off").status_code == 303
    assert his.get("/console/me").status_code == 303
    assert browser.post(f"/console/operators/{hal.pk}/on").status_code == 303


def test_somebody_who_lost_the_phone_is_helped_by_an_owner(boss, hal, now):
    his = sign_in(hal)
    enrols(his, now)
    assert sign_in(boss).post(f"/console/operators/{hal.pk}/factors").status_code == 303
    assert his.get("/console/me").status_code == 303
    assert sign_in(hal).get("/console/me").status_code == 200


def test_nobody_acts_on_a_superior_through_the_address_line(movers, boss):
    ada = sign_in(operator(movers, "ada", Role.ADMINISTRATOR))
    for name in ("off", "factors", "sessions", "link"):
        answer = ada.post(f"/console/operators/{boss.pk}/{name}")
        assert answer.status_code == 422, name
        assert b"higher rank" in answer.content
    assert ada.post(f"/console/operators/{boss.pk}/role", {"before": "owner", "role": "auditor"}).status_code == 422
    boss.refresh_from_db()
    assert (boss.is_active, boss.role) == (True, Role.OWNER)


def test_the_last_owner_does_not_lock_everybody_out(boss, movers):
    browser = sign_in(boss)
    for path, fields in ((f"{boss.pk}/off", {}), (f"{boss.pk}/role", {"before": "owner", "role": "auditor"})):
        assert browser.post(f"/console/operators/{path}", fields).status_code == 422


def test_operators_of_movers_are_missing_for_labs(hal, labs):
    stranger = sign_in(operator(labs, "lena"))
    missing = "00000000-0000-0000-0000-000000000001"
    for tail in ("", "role", "off", "on", "link", "sessions", "factors"):
        theirs = stranger.get(f"/console/operators/{hal.pk}/{tail}")
        nobodys = stranger.get(f"/console/operators/{missing}/{tail}")
        assert theirs.status_code == nobodys.status_code == 404
        assert stranger.post(f"/console/operators/{hal.pk}/{tail}").status_code in (404, 405)
    assert b"hal" not in stranger.get("/console/operators/").content
    hal.refresh_from_db()
    assert hal.is_active


def test_what_does_not_exist_cannot_be_done(boss, hal):
    assert sign_in(boss).get(f"/console/operators/{hal.pk}/fire").status_code == 404


def test_everything_grave_is_confirmed_first(boss, hal, now):
    browser = sign_in(boss)
    OperatorSession.objects.update(confirmed_at=now - timedelta(hours=1))
    for path in ("new", f"{hal.pk}/role", f"{hal.pk}/off", f"{hal.pk}/factors", f"{hal.pk}/link"):
        assert browser.post(f"/console/operators/{path}")["Location"].startswith("/console/confirm?"), path


def queries(browser, path) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert browser.get(path).status_code == 200
    return len(counted)


def test_the_list_is_bounded_in_rows_and_queries(boss, movers):
    browser = sign_in(boss)
    few = queries(browser, "/console/operators/")
    Operator.objects.bulk_create(Operator(tenant=movers, username=f"op{number:03}") for number in range(120))
    assert queries(browser, "/console/operators/") == few
    page = browser.get("/console/operators/").content.decode()
    assert page.count("<tr>") == 51
    more = re.search(r'href="(\?page=[^"]+)" rel="next"', page)[1]
    assert browser.get("/console/operators/" + more).content.decode().count("<tr>") == 51
