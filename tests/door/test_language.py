"""The language of a page: chosen, wished for by the browser, or the tenant's own."""

import pytest


@pytest.mark.parametrize(
    ("wish", "cookie", "language"),
    [
        ("", "", "en"),
        ("es", "", "es"),
        ("es-MX,en;q=0.5", "", "es"),
        ("en;q=0.5,es;q=0.9", "", "es"),
        ("fr,de", "", "en"),
        ("fr, es;q=0.1", "", "es"),
        ("es;q=0", "", "en"),
        ("es;q=nan, es;q=lots, ;;;,,,", "", "en"),
        ("es", "en", "en"),
        ("", "es", "es"),
        ("", "xx", "en"),
        ("es," * 10_000, "", "es"),
    ],
)
def test_choice_then_wish_then_the_tenants(client, movers, wish, cookie, language):
    if cookie:
        client.cookies["keyturn-language"] = cookie
    page = client.get("/sign-in", HTTP_HOST="movers.localhost", HTTP_ACCEPT_LANGUAGE=wish)
    assert page["Content-Language"] == language
    assert f'<html lang="{language}"' in page.content.decode()


def test_who_wishes_for_none_of_ours_gets_the_tenants(client, movers):
    movers.language = "es"
    movers.save()
    page = client.get("/sign-in", HTTP_HOST="movers.localhost", HTTP_ACCEPT_LANGUAGE="fr")
    assert page["Content-Language"] == "es"
    assert "Iniciar sesión" in page.content.decode()
