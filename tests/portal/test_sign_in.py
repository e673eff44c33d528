"""The sign-in page: who gets in, what the others hear, and when the reset option stands there."""

import pytest

from keyturn.access.models import Session
from keyturn.audit.models import Event
from keyturn.portal import browser
from tests.portal.pages import body, error_at, focused
from tests.recovery.acts import MARAS_EMAIL, MARAS_PASSWORD


def test_mara_signs_in_and_sees_who_she_is(visitor, mara):
    answer = visitor.signs_in()
    assert (answer.status_code, answer["Location"]) == (303, "/me")
    me = visitor.get("/me")
    assert b"Mara Lind" in me.content
    assert MARAS_EMAIL.encode() in me.content


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(visitor, mara):
    cookies = visitor.signs_in().cookies
    for name in (browser.SESSION, browser.DEVICE):
        assert cookies[name]["httponly"]
        assert cookies[name]["samesite"] == "Lax"
        assert cookies[name]["path"] == "/"
        assert not cookies[name]["domain"]
    assert cookies[browser.DEVICE]["max-age"] == 365 * 24 * 3600


def test_a_wrong_password_and_an_unknown_name_read_the_same(visitor, mara):
    wrong = visitor.signs_in("not this one")
    unknown = visitor.post("/sign-in", identifier="nobody@movers.example", password="not this one")
    assert wrong.status_code == unknown.status_code == 422
    assert body(wrong).replace(MARAS_EMAIL.encode(), b"") == body(unknown).replace(b"nobody@movers.example", b"")
    assert focused(wrong) == ["password"]


def test_what_was_typed_is_kept_but_never_the_password(visitor, mara):
    answer = visitor.signs_in("my secret typing")
    assert MARAS_EMAIL.encode() in answer.content
    assert b"my secret typing" not in answer.content


def test_empty_fields_are_told_at_their_fields_and_the_cursor_goes_to_the_first(visitor):
    answer = visitor.post("/sign-in")
    assert error_at(answer, "identifier") == "Type your user name."
    assert error_at(answer, "password") == "Type your password."
    assert focused(answer) == ["identifier"]
    assert b'aria-describedby="identifier-error' in answer.content


@pytest.mark.parametrize("hostile", ["a\x00b", "x" * 60_000, "\u202emara", "a\r\nSet-Cookie: x=y", "�" * 300])
def test_hostile_names_are_refused_at_their_field(visitor, hostile):
    answer = visitor.post("/sign-in", identifier=hostile, password="x")
    assert answer.status_code == 422
    assert error_at(answer, "identifier")


@pytest.mark.parametrize("hostile", ["a\x00b", "x" * 60_000])
def test_hostile_passwords_are_refused_at_their_field(visitor, hostile):
    assert error_at(visitor.post("/sign-in", identifier="mara", password=hostile), "password")


def test_raw_bytes_arrays_and_json_are_refused_without_a_fall(visitor):
    for content, kind in (
        (b"identifier=%ED%A0%80&password=%FF", "application/x-www-form-urlencoded"),
        (b"identifier=a&identifier=b&password=c", "application/x-www-form-urlencoded"),
        (b"identifier[]=a&password[0]=b", "application/x-www-form-urlencoded"),
        (b'{"identifier": ["a"]}', "application/json"),
        (b"--x--", "multipart/form-data; boundary=x"),
        (b"junk", "multipart/form-data"),
    ):
        answer = visitor.client.post("/sign-in", content, content_type=kind)
        assert answer.status_code in (400, 422), kind


def test_a_field_sent_twice_is_refused(visitor):
    answer = visitor.client.post(
        "/sign-in", b"identifier=a&identifier=b&password=c", content_type="application/x-www-form-urlencoded"
    )
    assert "twice" in error_at(answer, "identifier")


def test_after_too_many_tries_the_page_says_when_to_come_back(visitor, mara):
    answers = [visitor.signs_in("not this one") for _ in range(8)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert b"minute" in answers[-1].content


@pytest.mark.mission("M4.9")
def test_an_app_fills_in_the_user_name(visitor):
    answer = visitor.get("/sign-in?identifier=mara%40movers.example")
    assert b'value="mara@movers.example"' in answer.content
    assert focused(answer) == ["password"]


def test_a_prefilled_name_is_text_and_nothing_else(visitor):
    answer = visitor.get("/sign-in?identifier=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert b"<script>alert" not in answer.content
    assert visitor.get("/sign-in?identifier=a%00b").status_code == 200


@pytest.mark.mission("M4.1")
def test_the_reset_option_asks_for_no_password_and_no_script(visitor):
    page = visitor.get("/sign-in").content.decode()
    assert 'reset-option" formaction="/forgot/confirm" formnovalidate>Reset password<' in page
    assert page.index(">Sign in</button>") < page.index(">Reset password</button>")  # what Enter presses comes first


@pytest.mark.mission("M4.1")
def test_a_tenants_own_pattern_rules_when_the_option_stands_there(visitor, in_movers):
    in_movers.identifier_pattern = "M[0-9]{5}"
    in_movers.save()
    assert b'id="identifier" name="identifier"' in visitor.get("/sign-in").content
    assert b'pattern="M[0-9]{5}"' in visitor.get("/sign-in").content
    assert visitor.post("/forgot/confirm", identifier="mara@movers.example").status_code == 422
    assert visitor.post("/forgot/confirm", identifier="M12345").status_code == 200


def test_signing_out_ends_the_session(visitor, mara):
    visitor.signs_in()
    answer = visitor.post("/sign-out")
    assert answer["Location"] == "/sign-in?notice=signed-out"
    assert visitor.get("/me").status_code == 303
    assert Session.objects.filter(ended_at=None).count() == 0


def test_signing_out_everywhere_ends_all_of_them(visitor, strict, mara):
    visitor.signs_in()
    visitor.client.cookies.clear()
    visitor.signs_in()
    visitor.post("/sign-out/everywhere")
    assert Session.objects.filter(ended_at=None).count() == 0
    assert Event.objects.get(action="sessions.ended").data == {"count": 2}


def test_signing_out_by_a_link_does_nothing(visitor, mara):
    visitor.signs_in()
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.get("/me").status_code == 200


def test_a_suspended_tenant_lets_nobody_in(visitor, mara, in_movers):
    in_movers.status = in_movers.SUSPENDED
    in_movers.save()
    assert visitor.signs_in(MARAS_PASSWORD).status_code == 422


def test_a_form_without_its_token_is_refused_kindly(strict, mara):
    answer = strict.signs_in()
    assert answer.status_code == 403
    assert b"reload the page" in answer.content
    assert Session.objects.count() == 0
