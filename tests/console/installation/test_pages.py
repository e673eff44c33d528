"""Owners of the installation: organizations, visits, the book."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from keyturn.audit.models import Event
from keyturn.console.views.installation import acts
from keyturn.door import tenancy
from keyturn.operators.models import InstallationEvent, Operator
from keyturn.operators.roles import Role
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.console.staff import operator, sign_in

HERE = "/console/installation/"
MOVERS = f"{HERE}organizations/movers/"
NEW = {
    "name": "Carriers",
    "slug": "carriers",
    "public_url": "https://carriers.example",
    "language": "en",
    "owner_name": "cara",
    "owner_email": "",
}


@pytest.fixture
def olga(db, settings) -> Client:
    settings.KEYTURN_PUBLIC_URL = "https://keyturn.example"
    return sign_in(operator(None, "olga"))


def test_a_new_organization_goes_from_the_form_to_its_owners_first_sign_in(olga):
    made = olga.post(f"{HERE}new", NEW)
    link = re.search(r"https://carriers.example(/console/welcome/[\w-]+)", made.content.decode())[1]
    cara = Client(HTTP_HOST="carriers.example")
    password = "a quiet harbour after the rain"
    assert cara.post(link, {"new_password": password, "confirm_password": password}).status_code == 303
    assert cara.post("/console/sign-in", {"identifier": "cara", "password": password}).status_code == 303
    assert b"Carriers" in cara.get("/console/").content


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": ""}, "name"),
        ({"slug": "Has Blanks"}, "slug"),
        ({"slug": "movers"}, "slug"),
        ({"public_url": "carriers.example"}, "public_url"),
        ({"public_url": "https://movers.localhost"}, "public_url"),
        ({"public_url": "http://carriers.example"}, "public_url"),
        ({"public_url": "https://a b"}, "public_url"),
        ({"language": "xx"}, "language"),
        ({"owner_name": "\x00"}, "owner_name"),
        ({"owner_email": "nobody"}, "owner_email"),
    ],
    ids=str,
)
def test_a_bad_form_says_so_at_its_field_and_makes_nothing(olga, movers, wrong, where):
    answer = olga.post(f"{HERE}new", NEW | wrong)
    assert answer.status_code == 422
    assert f'id="{where}-error"' in answer.content.decode()
    assert Tenant.objects.count() == 1


def test_a_suspension_works_at_once_at_every_door(olga, movers):
    otto = sign_in(operator(movers))
    assert otto.get("/console/").status_code == 200
    assert olga.post(f"{MOVERS}suspend", {"reason": "bill unpaid"}).status_code == 303
    tenancy._kept.clear()  # half a second later
    assert otto.get("/console/").status_code == 303
    fields = {"identifier": "otto", "password": "violet tractor beside a lake"}
    assert otto.post("/console/sign-in", fields).status_code == 422
    assert olga.post(f"{MOVERS}resume", {"reason": "bill paid"}).status_code == 303
    tenancy._kept.clear()
    assert otto.get("/console/").status_code == 200


def test_without_a_reason_nothing_happens(olga, movers):
    for name in ("suspend", "enter"):
        assert olga.post(f"{MOVERS}{name}", {"reason": " "}).status_code == 422
    movers.refresh_from_db()
    assert movers.is_active


def test_a_visit_is_seen_by_the_organization_and_ends_by_leaving(olga, movers):
    assert olga.get("/console/")["Location"] == HERE
    assert olga.post(f"{MOVERS}enter", {"reason": "asked by Ann"})["Location"] == "/console/"
    assert b"You are in Movers" in olga.get("/console/").content
    assert olga.post(f"{HERE}leave").status_code == 303
    assert olga.get("/console/")["Location"] == HERE
    with scope.inside(movers.id):
        assert set(Event.objects.values_list("action", flat=True)) == {"visit.begun", "visit.ended"}
        assert Event.objects.get(action="visit.begun").data == {"why": "asked by Ann"}


def _form_of(browser: Client, path: str) -> dict[str, str]:
    """What a tab that shows this page would send with its form."""
    return {
        "csrfmiddlewaretoken": re.search(r'csrfmiddlewaretoken" value="(\w+)"', browser.get(path).content.decode())[1]
    }


def test_a_form_that_was_open_in_an_organization_ends_with_the_visit(olga, movers):
    """Or a helpdesk operator, invited in the other tab, would come to own the installation."""
    olga.post(f"{MOVERS}enter", {"reason": "asked by Ann"})
    olga.handler.enforce_csrf_checks = True
    invitation = _form_of(olga, "/console/operators/new") | {"username": "hal", "email": "", "role": "helpdesk"}
    olga.post(f"{HERE}leave", _form_of(olga, HERE))
    assert olga.post("/console/operators/new", invitation).status_code == 403
    assert not Operator.objects.filter(username="hal").exists()


def test_control_without_a_new_token_it_would_not(olga, movers, monkeypatch):
    monkeypatch.setattr(acts, "rotate_token", lambda request: None)
    olga.post(f"{MOVERS}enter", {"reason": "asked by Ann"})
    olga.handler.enforce_csrf_checks = True
    invitation = _form_of(olga, "/console/operators/new") | {"username": "hal", "email": "", "role": "helpdesk"}
    olga.post(f"{HERE}leave", _form_of(olga, HERE))
    assert olga.post("/console/operators/new", invitation).status_code == 200
    assert Operator.objects.get(username="hal").is_installation_owner


def test_signing_out_ends_a_visit_too(olga, movers):
    olga.post(f"{MOVERS}enter", {"reason": "asked by Ann"})
    olga.post("/console/sign-out")
    with scope.inside(movers.id):
        assert Event.objects.filter(action="visit.ended").count() == 1


def test_without_a_visit_no_page_of_an_organization_opens(olga, movers):
    for path in ("/console/", "/console/people/", "/console/settings/", "/console/audit/"):
        assert olga.get(path).status_code in (303, 404), path


def test_host_names_come_and_go(olga, movers):
    assert olga.post(f"{MOVERS}hosts/new", {"host": "Help.Movers.example:443"}).status_code == 303
    assert b"help.movers.example" in olga.get(MOVERS).content
    assert olga.post(f"{MOVERS}hosts/new", {"host": "help.movers.example"}).status_code == 422
    assert olga.post(f"{MOVERS}hosts/new", {"host": "https://x/y"}).status_code == 422
    assert olga.post(f"{MOVERS}hosts/127.0.0.1/remove").status_code == 422
    assert olga.post(f"{MOVERS}hosts/help.movers.example/remove").status_code == 303
    assert b"help.movers.example" not in olga.get(MOVERS).content


def test_it_is_all_missing_for_a_tenants_own_owner(movers):
    boss = sign_in(operator(movers, "boss", Role.OWNER))
    for tail in ("", "new", "record", "leave", "organizations/movers/", "organizations/movers/enter"):
        assert boss.get(f"{HERE}{tail}").status_code in (404, 405), tail
        assert boss.post(f"{HERE}{tail}", {"reason": "mine now"}).status_code in (404, 405), tail


def test_an_owners_session_opens_nothing_at_a_tenants_address(olga, movers):
    olga.defaults["HTTP_HOST"] = "movers.localhost"
    assert olga.get(HERE)["Location"].startswith("/console/sign-in")


def test_owners_see_each_other_and_help_each_other(olga, settings):
    oskar = operator(None, "oskar")
    page = olga.get("/console/operators/").content.decode()
    assert "oskar" in page and "Owners of the installation" in page
    assert olga.post(f"/console/operators/{oskar.pk}/factors").status_code == 303
    assert b"second_factors.removed" in olga.get(f"{HERE}record").content


def test_the_book_names_who_and_whom(olga, movers):
    olga.post(f"{MOVERS}suspend", {"reason": "<b>bill</b> unpaid"})
    page = olga.get(f"{HERE}record").content.decode()
    assert '<td data-label="Who">olga</td>' in page and '<td data-label="Whom">Movers</td>' in page
    assert "why: &lt;b&gt;bill&lt;/b&gt; unpaid" in page


def test_the_book_is_bounded(olga, now):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert olga.get(f"{HERE}record").status_code == 200
        return len(counted)

    few = queries()
    InstallationEvent.objects.bulk_create(
        InstallationEvent(at=now, action="tenant.created", actor="owner") for _ in range(200)
    )
    assert queries() <= few
    assert olga.get(f"{HERE}record").content.count(b"<tr>") == 51


def test_the_list_of_organizations_is_bounded(olga, movers):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert olga.get(HERE).status_code == 200
        return len(counted)

    few = queries()
    Tenant.objects.bulk_create(Tenant(slug=f"t{n}", name=f"T {n:03}", public_url="") for n in range(120))
    assert queries() == few
    assert olga.get(HERE).content.count(b"<tr>") == 51
