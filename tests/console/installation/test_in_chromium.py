"""An owner of the installation makes, shuts, opens and visits an organization, every page looked at."""

import pytest
from playwright.sync_api import expect

from keyturn.audit.models import Event
from keyturn.tenants import scope
from tests.console.chromium import policy_complaints, signs_in, wrong
from tests.console.staff import operator

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/console/installation/"


@pytest.fixture
def olga(movers, labs, site, settings):
    settings.KEYTURN_PUBLIC_URL = site
    return operator(None, "olga")


def test_a_new_organization(page, olga):
    seen = []
    signs_in(page, "olga")
    expect(page.get_by_role("heading", name="Organizations")).to_be_visible()
    seen += wrong(page, "installation")
    page.get_by_role("link", name="New organization").click()
    seen += wrong(page, "installation-new")
    page.get_by_role("button", name="Make it").click()
    seen += wrong(page, "installation-new-errors")
    page.get_by_label("Name", exact=True).fill("Carriers")
    page.get_by_label("Short name").fill("carriers")
    page.get_by_label("Public address").fill("https://carriers.example")
    page.get_by_label("User name of the first owner").fill("cara")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Hand this link to cara")).to_be_visible()
    seen += wrong(page, "installation-made")
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="Carriers")).to_be_visible()
    assert seen == []
    assert policy_complaints(page) == []


def test_shutting_visiting_leaving(page, olga, labs):
    seen = []
    signs_in(page, "olga")
    page.get_by_role("link", name="Labs").click()
    seen += wrong(page, "installation-one")
    page.get_by_role("link", name="Suspend").click()
    page.get_by_role("button", name="Suspend").click()
    seen += wrong(page, "installation-suspend-without-reason")
    page.get_by_label("Reason").fill("bill unpaid")
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_text("Suspended. Nobody signs in")).to_be_visible()
    seen += wrong(page, "installation-suspended")
    page.get_by_role("link", name="Add a host name").click()
    seen += wrong(page, "installation-host")
    page.get_by_label("Host name", exact=True).fill("help.labs.example")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("help.labs.example").first).to_be_visible()
    page.get_by_role("link", name="Enter").click()
    page.get_by_label("Reason").fill("asked by Lena")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_text("You are in Labs as an owner of the installation")).to_be_visible()
    page.goto("/console/operators/")
    seen += wrong(page, "installation-visit")
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_text("You left the organization")).to_be_visible()
    page.goto(f"{HERE}record")
    seen += wrong(page, "installation-book")
    with scope.inside(labs.id):
        assert Event.objects.filter(action__in=["visit.begun", "visit.ended"]).count() == 2
    assert seen == []
    assert policy_complaints(page) == []
