"""The tenant of a request is its host name, exactly; plain HTTP stays on this machine."""

import pytest

from keyturn.tenants.models import Tenant


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "movers.localhost.evil.example", "movers.localhost@evil.example", "movers.localhost/x",
        "movers.localhost:8000:9", "movers.localhost:x", "", " ", "movers.localhost evil.example", "[::1", "a" * 5000,
        "movers.localhost#x", "movers.localhost?x", "mövers.localhost",
    ],
)  # fmt: skip
def test_a_host_that_is_nobodys_gets_400(client, movers, host):
    answer = client.get("/sign-in", HTTP_HOST=host.encode().decode("latin-1"))
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("host", ["movers.localhost", "movers.localhost:8443", "MOVERS.localhost", "127.0.0.1:8000"])
def test_a_hosts_port_and_capitals_do_not_matter(client, movers, host):
    assert client.get("/sign-in", HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_TENANT", "HTTP_X_HOST"])
def test_no_other_header_names_the_tenant(client, movers, labs, header):
    page = client.get("/sign-in", HTTP_HOST="movers.localhost", **{header: "labs.localhost"})
    assert b"Movers" in page.content
    assert b"Labs" not in page.content


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_answers_on_any_host(client, movers, path):
    assert client.get(path, HTTP_HOST="whatever.example").status_code in {200, 503}


def test_a_tenants_new_name_is_known_within_a_second(client, movers, monkeypatch):
    client.get("/sign-in", HTTP_HOST="movers.localhost")
    Tenant.objects.filter(pk=movers.pk).update(name="Moved")
    monkeypatch.setattr("keyturn.door.tenancy._KEPT_FOR", -1)  # half a second later
    assert b"Moved" in client.get("/sign-in", HTTP_HOST="movers.localhost").content


def test_plain_http_is_for_this_machine(client, movers):
    answer = client.get("/sign-in", HTTP_HOST="movers.localhost", REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 400
    assert b"KEYTURN_TRUSTED_PROXIES" in answer.content


def test_with_debug_plain_http_is_for_anybody(client, movers, settings):
    settings.KEYTURN_DEBUG = True
    answer = client.get("/sign-in", HTTP_HOST="movers.localhost", REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 200, answer.content


def test_over_tls_anybody_is_served(client, movers):
    assert (
        client.get("/sign-in", HTTP_HOST="movers.localhost", REMOTE_ADDR="203.0.113.9", secure=True).status_code
        == 200
    )
