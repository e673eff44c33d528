"""The own page: password and browsers."""

import pytest

from keyturn.lib import hashing
from keyturn.operators.models import OperatorSession
from tests.console.staff import PASSWORD, operator, sign_in

NEW = "a quiet harbour after the rain"


@pytest.fixture
def otto(movers):
    return operator(movers)


def change(browser, current=PASSWORD, new=NEW, again=None):
    fields = {"password": current, "new_password": new, "confirm_password": again or new}
    return browser.post("/console/me/password", fields)


def test_a_new_password_signs_the_other_browsers_out(otto):
    mine, other = sign_in(otto), sign_in(otto)
    assert change(mine)["Location"] == "/console/me?notice=password-changed"
    assert mine.get("/console/me").status_code == 200
    assert other.get("/console/me").status_code == 303
    otto.refresh_from_db()
    assert hashing.verify(NEW, otto.password)


@pytest.mark.parametrize(
    ("current", "new", "again"),
    [("wrong", NEW, NEW), (PASSWORD, "short", "short"), (PASSWORD, NEW, "other"), ("", "", "")],
)
def test_a_bad_form_changes_nothing(otto, current, new, again):
    assert change(sign_in(otto), current, new, again).status_code == 422
    otto.refresh_from_db()
    assert hashing.verify(PASSWORD, otto.password)


def test_other_browsers_are_listed_and_signed_out(otto):
    mine, other = sign_in(otto), sign_in(otto)
    assert mine.get("/console/me").content.count(b"<tr>") == 3
    theirs = OperatorSession.objects.order_by("pk").last()
    assert mine.post(f"/console/me/sessions/{theirs.pk}/end").status_code == 303
    assert other.get("/console/me").status_code == 303
    assert mine.post("/console/me/sessions/end").status_code == 303
    assert mine.get("/console/me").status_code == 200


def test_nobody_ends_somebody_elses_session(otto, movers):
    ann = sign_in(operator(movers, "ann"))
    theirs = OperatorSession.objects.get()
    sign_in(otto).post(f"/console/me/sessions/{theirs.pk}/end")
    assert ann.get("/console/me").status_code == 200
