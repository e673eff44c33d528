"""Nobody opens a page of the console who may not; every address passes the guard."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver

from keyturn.console import guard
from keyturn.console import urls as addresses
from keyturn.console.addresses import own_page
from keyturn.operators.roles import Role
from tests.console.staff import PASSWORD, operator, sign_in

OPEN = {"console_sign_in", "console_welcome", None}  # None: whatever has no page, which asks for itself


def routes(patterns) -> list[URLPattern]:
    found = []
    for one in patterns:
        found += routes(one.url_patterns) if isinstance(one, URLResolver) else [one]
    return found


def unguarded(patterns) -> list[str]:
    return [one.name for one in routes(patterns) if one.name not in OPEN and not hasattr(one.callback, "permission")]


def test_every_address_of_the_console_is_guarded():
    assert unguarded(addresses.urlpatterns) == []


def test_the_walk_would_notice_an_unguarded_one():
    from django.urls import path

    assert unguarded([path("x", lambda request: HttpResponse(), name="console_x")]) == ["console_x"]


def test_strangers_are_asked_to_sign_in_and_come_back(movers):
    answer = Client(HTTP_HOST="movers.localhost").get("/console/people/?q=mara")
    assert (answer.status_code, answer["Location"]) == (
        303,
        "/console/sign-in?next=%2Fconsole%2Fpeople%2F%3Fq%3Dmara",
    )


def test_signing_in_goes_on_to_the_page_that_was_wished(movers):
    operator(movers)
    browser = Client(HTTP_HOST="movers.localhost")
    answer = browser.post("/console/sign-in?next=/console/", {"identifier": "otto", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/console/")
    assert browser.get("/console/").status_code == 200


def test_a_wrong_password_loses_nothing_typed(movers):
    operator(movers)
    answer = Client(HTTP_HOST="movers.localhost").post("/console/sign-in", {"identifier": "otto", "password": "no"})
    assert answer.status_code == 422
    assert b'value="otto"' in answer.content


def test_signing_out_ends_the_session(movers):
    browser = sign_in(operator(movers))
    kept = browser.cookies["keyturn-operator"].value
    assert browser.post("/console/sign-out").status_code == 303
    browser.cookies["keyturn-operator"] = kept
    assert browser.get("/console/").status_code == 303


def test_a_session_opens_nothing_at_another_tenants_address(movers, labs):
    browser = sign_in(operator(movers))
    browser.defaults["HTTP_HOST"] = "labs.localhost"
    assert browser.get("/console/").status_code == 303


def test_without_the_comparison_of_tenants_it_would(movers, labs, monkeypatch):
    browser = sign_in(operator(movers))
    browser.defaults["HTTP_HOST"] = "labs.localhost"
    from keyturn.console import browser as cookies
    from keyturn.operators import sessions

    monkeypatch.setattr(
        cookies, "session_of", lambda request, now: sessions.resolve(request.COOKIES[cookies.COOKIE], now)
    )
    assert browser.get("/console/").status_code == 200


def test_a_missing_permission_says_who_has_it(movers):
    auditor = operator(movers, role=Role.AUDITOR)
    view = guard.guarded("people.change_person")(lambda request: HttpResponse("in"))
    answer = view(_request(auditor))
    assert answer.status_code == 403
    assert b"Owner, Administrator, Helpdesk" in answer.content
    assert guard.guarded("people.view_person")(lambda request: HttpResponse("in"))(_request(auditor)).content == b"in"


def test_pages_of_the_installation_are_missing_for_a_tenants_owner(movers):
    from django.http import Http404

    with pytest.raises(Http404):
        guard.guarded(guard.OWNERS_ONLY, outside=True)(lambda request: HttpResponse("in"))(_request(operator(movers)))


@pytest.mark.parametrize(
    "wished",
    [
        "https://evil.example/console/",
        "//evil.example/console/",
        "/console//evil.example",
        "/console/\\evil.example",
        "/\\evil.example",
        "/sign-in",
        "/console/\n",
        "javascript:alert(1)",
        "/console/" + "a" * 1000,
        "",
    ],
)
def test_next_goes_nowhere_else(wished):
    assert own_page(wished) == "/console/"


def test_next_goes_to_pages_of_the_console():
    assert own_page("/console/sign-in?next=x") == "/console/sign-in?next=x"


def _request(who):
    browser = sign_in(who)
    request = RequestFactory(HTTP_HOST="movers.localhost").get("/console/x")
    request.COOKIES.update({name: morsel.value for name, morsel in browser.cookies.items()})
    request.tenant, request.is_installation = who.tenant, False
    return request
