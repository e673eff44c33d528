"""Rights in a real browser: added to the organization, ticked for a person, and taken away from everybody."""

import pytest
from playwright.sync_api import expect

from keyturn.enrollment import on_record
from keyturn.enrollment.on_record import By
from keyturn.operators.roles import Role
from keyturn.people.changes import NewPerson
from keyturn.people.models import Person
from keyturn.people.rights import holding, queries
from keyturn.tenants import scope
from tests.console.chromium import has_signed_in, policy_complaints, wrong
from tests.console.staff import operator
from tests.people.rights.conftest import VERAS, add_catalogue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mission("M2.10", "M2.12")]


@pytest.fixture
def vera(movers, now):
    """Otto's organization has rights, and Vera, who holds a PIN code, has some."""
    operator(movers, role=Role.ADMINISTRATOR)
    with scope.inside(movers.id):
        add_catalogue(now)
        vera = on_record.create(NewPerson("vera", "Vera Stone", "vera@movers.example"), By("owner", now))
        holding.give(vera, VERAS, now, actor="owner")
        Person.objects.update(has_pin=True, first_mail_due=False)
        yield vera


def test_a_permission_reaches_a_person_and_is_taken_away_again(page, vera):
    has_signed_in(page, "otto")
    page.goto("/console/settings/rights")
    expect(page.get_by_text("Never cloned: a stranger with a code")).to_be_visible()
    seen = wrong(page, "settings-rights")
    page.get_by_role("link", name="Add a permission").click()
    page.get_by_label("Key").fill("see prices")
    page.get_by_label("Label").fill("See prices")
    page.get_by_label("Elevated").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Key")).to_be_focused()
    expect(page.locator("#key-error")).to_contain_text("Programs read this")
    seen += wrong(page, "settings-permission")
    page.get_by_label("Key").fill("prices")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Dispatcher").click()
    page.get_by_label("See prices").check()
    seen += wrong(page, "settings-rights-profile")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert "prices" in queries.carried(vera).permissions
    page.get_by_role("link", name="See prices").click()
    page.get_by_role("link", name="Remove this permission").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 person has it and loses it at once.")
    seen += wrong(page, "settings-permission-remove")
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert "prices" not in queries.carried(vera).permissions
    assert seen == []
    assert policy_complaints(page) == []


def test_rights_of_a_person_are_ticked_and_typed(page, vera):
    has_signed_in(page, "otto")
    page.goto("/console/people/")
    expect(page.get_by_role("cell", name="Full client (Pincode)")).to_be_visible()
    seen = wrong(page, "people-licence")
    page.get_by_role("link", name="Vera Stone").click()
    page.get_by_role("link", name="Rights").click()
    expect(page.get_by_label("Take lists away")).to_be_checked()
    page.get_by_label("Teach new drivers").check()
    page.get_by_label("Company 3").fill("night vans")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#company2-error")).to_contain_text("stands here twice")
    expect(page.get_by_label("Teach new drivers")).to_be_checked()
    seen += wrong(page, "person-rights-errors")
    page.get_by_label("Company 3").fill("Quay Lines")
    page.get_by_label("What exception 3 does").select_option("May not work for it")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    seen += wrong(page, "person-rights")
    held = holding.rights_of(vera)
    assert held.permissions == {"export", "mentor"}
    assert {(one.company, one.effect) for one in held.exceptions} > {("Quay Lines", "deny")}
    assert seen == []
    assert policy_complaints(page) == []
