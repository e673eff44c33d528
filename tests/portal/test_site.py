"""What every page has: headers, one language of two, and a kind word when something went wrong."""

import pytest
from django.test import Client
from django.urls import path

from keyturn import urls
from keyturn.portal.views import site
from tests.recovery.acts import link_and_code, recover

PAGES = ("/sign-in", "/forgot", "/forgot/sent/7K3M-0QZP", "/r", "/console/", "/nowhere")


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_strict_about_what_they_load_and_who_keeps_them(visitor, page):
    headers = visitor.get(page).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    for part in ("script-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("page", PAGES)
def test_pages_bring_no_style_or_script_of_their_own_and_nothing_of_others(visitor, page):
    content = visitor.get(page).content.decode()
    assert "<style" not in content
    assert " style=" not in content
    assert "<script>" not in content
    assert " onclick" not in content
    assert "//" not in content.replace("<!doctype html>", "")  # no address of anybody else


def test_the_front_door_leads_to_sign_in(visitor):
    assert visitor.get("/")["Location"] == "/sign-in"


def test_robots_are_told_to_stay_away(visitor):
    assert visitor.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("wanted", "word"), [("en", b"Sign in"), ("es-MX,en;q=0.5", "Iniciar sesión".encode()), ("fr", b"Sign in")]
)
def test_the_browsers_language_is_spoken(visitor, wanted, word):
    answer = visitor.get("/sign-in", **{"Accept-Language": wanted})
    assert word in answer.content


def test_a_chosen_language_stays_chosen(visitor):
    answer = visitor.post("/language", language="es", next="/forgot")
    assert answer["Location"] == "/forgot"
    page = visitor.get("/forgot", **{"Accept-Language": "en"})
    assert b'<html lang="es">' in page.content
    assert "¿Olvidó su contraseña?".encode() in page.content


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/sign-in",
        "/\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "/nowhere",
        "",
        "/sign-in\r\nSet-Cookie: a=b",
        "\x00/sign-in",
        "/" + "x" * 50_000,
    ],
)
def test_choosing_a_language_leads_only_to_our_own_pages(visitor, elsewhere):
    answer = visitor.post("/language", language="es", next=elsewhere)
    assert answer["Location"] == "/"


def test_a_language_we_do_not_speak_is_not_kept(visitor):
    assert "keyturn-language" not in visitor.post("/language", language="xx", next="/sign-in").cookies


def test_a_page_that_is_not_there_says_so(visitor):
    answer = visitor.get("/nowhere")
    assert answer.status_code == 404
    assert b"There is no such page" in answer.content


def test_too_large_a_form_is_refused_with_a_word(visitor):
    answer = visitor.post("/sign-in", identifier="x" * 1_000_000)
    assert answer.status_code == 413
    assert b"larger than any form" in answer.content


def test_too_many_fields_are_refused_with_a_word(visitor):
    answer = visitor.client.post("/sign-in", {f"field{number}": "x" for number in range(500)})
    assert answer.status_code == 400
    assert b"could not be read" in answer.content


def test_our_own_mistake_is_admitted_without_details(in_movers, settings):
    def fall(request):
        raise RuntimeError("the secret of the house")

    settings.ROOT_URLCONF = type(
        "Broken", (), {"urlpatterns": [path("sign-in", fall)], "handler500": urls.handler500}
    )
    answer = Client(HTTP_HOST="testserver", raise_request_exception=False).get("/sign-in")
    assert answer.status_code == 500
    assert b"Something broke on our side" in answer.content
    assert b"secret of the house" not in answer.content


def test_the_installations_own_address_has_no_pages_of_an_organization(db, settings):
    settings.KEYTURN_PUBLIC_URL = "https://keyturn.example"
    client = Client(HTTP_HOST="keyturn.example")
    for page in ("/", "/sign-in", "/forgot", "/r", "/me"):
        answer = client.get(page)
        assert answer.status_code == 404
        assert b"No organization lives here" in answer.content
    assert client.get("/console/").status_code == 303  # to the sign-in of operators


def test_looking_at_pages_writes_nothing(visitor, mara, in_movers, django_assert_num_queries):
    recover(in_movers)
    token, _ = link_and_code()
    for page in (*PAGES, f"/r/{token}"):
        with django_assert_num_queries(0 if page != "/sign-in" else 1):  # the tenant of the host, kept afterwards
            visitor.get(page)


def test_own_pages_are_found_by_their_routes():
    assert site._own_page("/sign-in") == "/sign-in"
