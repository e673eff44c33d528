"""Host and forwarding headers: unknown hosts are refused, nothing else counts."""

import ipaddress

import pytest

from keyturn.recovery.models import Intake
from tests.api.caller import App, problem

UNKNOWN = [
    "evil.example",
    "movers.localhost.evil.example",
    "evil.example:80",
    "movers.localhost@evil.example",
    "evil.example@movers.localhost",
    "evil.example/movers.localhost",
    "movers.localhost/../evil",
    "movers.localhost?x",
    "movers.localhost#x",
    "movers.localhost, evil.example",
    "movers.localhost evil.example",
    "movers.localhost:80:80",
    "movers.localhost:http",
    "movers.localhost:999999",
    "movers.localhost.",
    "[::1",
    "::1",
    "[::1]x",
    "[fe80::1%25eth0]",
    "mövers.localhost",
    "movers.localhost\x00",
    "movers.localhost\r\nX: y",
    "\x00",
    "",
    "a" * 10_000,
    "…",
    "'\"<>",
]
FORWARDED = [
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Server": "evil.example"},
    {"X-Original-Host": "evil.example"},
    {"X-Host": "evil.example"},
    {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "444"},
    {"Forwarded": "host=evil.example"},
    {"Forwarded": 'for=1;host="evil.example";proto=https'},
    {"Forwarded": 'for="x;host=evil.example"'},
    {"X-Forwarded-For": "203.0.113.9"},
    {"X-Real-IP": "203.0.113.9"},
    {"X-HTTP-Host-Override": "evil.example"},
    {"X-Original-URL": "/console/"},
    {"X-Rewrite-URL": "/console/"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Tenant": "labs"},
    {"X-Forwarded-For": "\x00, ::ffff:1, [::1]:80, 999.1.1.1"},
]
ASKED = {"email": "mara@movers.example"}


@pytest.mark.parametrize("host", UNKNOWN, ids=range(len(UNKNOWN)))
def test_an_unknown_host_is_refused_and_nothing_is_written(movers, host):
    problem(App(host).post("/recoveries", ASKED), 400, "unknown_host")
    assert not Intake.objects.exists()


@pytest.mark.parametrize("host", ["movers.localhost", "MOVERS.localhost", "movers.localhost:8443"])
def test_the_port_and_capitals_do_not_matter(movers, host):
    assert App(host).post("/recoveries", ASKED).status_code == 202


@pytest.mark.parametrize("headers", FORWARDED, ids=range(len(FORWARDED)))
def test_forwarding_headers_of_a_stranger_change_nothing(app, movers, labs, headers):
    assert app.post("/recoveries", ASKED, **headers).status_code == 202
    intake = Intake.objects.get()
    assert (intake.tenant, intake.source) == (movers, "127.0.0.1")


def test_control_a_trusted_proxys_word_about_the_client_counts(app, movers, settings):
    settings.KEYTURN_TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1/32")]
    app.post("/recoveries", ASKED, **{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "labs.localhost"})
    assert (Intake.objects.get().source, Intake.objects.get().tenant) == ("203.0.113.9", movers)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["evil.example", "10.0.0.7:8000", "[::1", "\x00"])
def test_health_answers_on_any_host(db, path, host):
    answer = App(host).call("GET", path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "problems": []})


ODD = {
    "Accept": "\x00,;q=é",
    "Accept-Language": "é;q=NaN, ../../etc, " + "x" * 5000,
    "Content-Length": "-1",
    "Content-Encoding": "gzip",
    "User-Agent": "\x00" + "x" * 9000,
    "Authorization": "Bearer \xff\x00",
    "Cookie": "keyturn-language=../../x; =; \x00",
    "If-None-Match": "*",
    "Range": "bytes=0-",
    "Expect": "200-maybe",
    "Origin": "https://evil.example",
    "HX-Request": "true",
    "HX-Current-URL": "http://[",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_odd_headers_are_never_our_mistake(app, name, method):
    for path in ("/api/v1/recoveries", "/api/v1/me", "/api/v1/docs", "/api/v1/nothing", "/api/"):
        answer = app.call(method, path, b"{}" if method in {"POST", "PUT"} else None, **{name: ODD[name]})
        assert answer.status_code < 500
        assert "Access-Control-Allow-Origin" not in answer.headers
