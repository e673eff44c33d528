"""A caller on the line and one hand on the keyboard: people in a real browser, every page looked at."""

import pytest
from playwright.sync_api import expect

from keyturn.directories import accounts
from keyturn.enrollment import imports, on_record
from keyturn.enrollment.on_record import By
from keyturn.operators.roles import Role
from keyturn.outbox.models import Message
from keyturn.people import changes, queries
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Person
from keyturn.tenants import scope
from tests.console.chromium import has_signed_in, policy_complaints, wrong
from tests.console.staff import operator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crew(movers, now):
    """Otto, and six people in every state."""
    operator(movers, role=Role.ADMINISTRATOR)
    by = By("owner", now)
    with scope.inside(movers.id):
        for number, name in enumerate(("Ana Ruiz", "Mara Lind", "Nils Holm", "Olga Sanz", "Vera Vik")):
            phones = (NewPhone(f"+1 415 555 01{number:02}"),)
            on_record.create(NewPerson(f"driver-{number}", name, f"driver{number}@movers.example", (), phones), by)
        long = "wolfeschlegelsteinhausenbergerdorff@a-rather-long-name-of-a-domain.movers.example"
        on_record.create(NewPerson(long, "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff", long), by)
        people = {one.name: one for one in Person.objects.all()}
        changes.set_status(people["Nils Holm"], Person.INACTIVE, now)
        changes.set_email(people["Olga Sanz"], "", now)
        changes.remember_bounce(queries.main_email(people["Vera Vik"]).pk, now)
        Person.objects.filter(name="Ana Ruiz").update(first_mail_due=False, needs_second_operator=True)
        yield people


def test_from_the_slash_to_the_person_without_the_mouse(page, crew):
    has_signed_in(page, "otto")
    page.goto("/console/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("415 555 0101")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mara Lind")).to_be_visible()
    expect(page.get_by_text("Can get back in", exact=True)).to_be_visible()
    page.wait_for_load_state()  # what listens for the slash comes after what can be read
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("vik")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vera Vik")).to_be_visible()
    expect(page.get_by_text("Cannot get back in", exact=True)).to_be_visible()
    expect(page.get_by_text("The last message to the email address came back")).to_be_visible()
    assert policy_complaints(page) == []


def test_the_list_and_its_filters(page, crew):
    has_signed_in(page, "otto")
    page.goto("/console/people/")
    seen = wrong(page, "people-list")
    page.get_by_role("link", name="Cannot recover").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("searchbox").fill("driver")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(5)
    seen += wrong(page, "people-search")
    page.goto("/console/people/?q=nobody")
    seen += wrong(page, "people-nobody")
    assert seen == []
    assert policy_complaints(page) == []


def test_a_person_is_put_on_record_mended_and_renamed(page, crew, movers):
    has_signed_in(page, "otto")
    page.goto("/console/people/")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Name", exact=True).fill("Ines Paz")
    page.get_by_label("User name").fill("driver-1")
    page.get_by_label("Number 1", exact=True).fill("415 555 0101 ext. 3")
    page.get_by_role("button", name="Put on record").click()
    expect(page.get_by_label("User name")).to_be_focused()
    expect(page.locator("#identifier-error")).to_contain_text("has this user name already")
    expect(page.get_by_label("Number 1", exact=True)).to_have_value("415 555 0101 ext. 3")
    seen = wrong(page, "person-new-errors")
    page.get_by_label("User name").fill("driver-9")
    page.get_by_role("button", name="Put on record").click()
    expect(page.get_by_label("Number 1", exact=True)).to_have_accessible_description(
        "A number with an extension cannot get text messages. Leave the extension out."
    )
    page.get_by_label("Number 1", exact=True).fill("415 555 0119")
    page.get_by_label("Email", exact=True).fill("ines@movers.example")
    page.get_by_role("button", name="Put on record").click()
    expect(page.get_by_role("link", name="Send the first password mail now")).to_be_visible()
    seen += wrong(page, "person-general")
    page.get_by_label("User name").fill("ines.paz")
    page.get_by_label("Email", exact=True).fill("paz@movers.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_text("Hears of changes for a while")).to_be_visible()
    page.get_by_role("link", name="Mobile user").click()
    page.get_by_label("Allow mobile password reset").check()
    page.get_by_role("button", name="Save").click()
    seen += wrong(page, "person-mobile")
    ines = Person.objects.get(name="Ines Paz")
    assert (accounts.of(ines).login, ines.allow_mobile_password_reset) == ("ines.paz", True)
    told = Message.objects.filter(person=ines, purpose="address_changed").values_list("address__raw", flat=True)
    assert "ines@movers.example" in told
    assert seen == []
    assert policy_complaints(page) == []


def test_whoever_saves_second_sees_both(page, crew, now):
    mara = crew["Mara Lind"]
    has_signed_in(page, "otto")
    page.goto(f"/console/people/{mara.pk}/")
    changes.update(mara, now, name="Mara Berg")
    page.get_by_label("Email", exact=True).fill("berg@movers.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Somebody else saved meanwhile")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mara Berg")
    expect(page.get_by_label("Email", exact=True)).to_have_value("berg@movers.example")
    seen = wrong(page, "person-overtaken")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert seen == []


def test_a_file_is_tried_watched_and_its_refusals_are_taken_away(page, crew, tmp_path):
    path = tmp_path / "crew.csv"
    path.write_text(
        "identifier,name,phone_sms\nnew-1,Iris,+1 415 555 0141\nnew-2,,\nnew-3,X,+14155550101\n", "utf-16"
    )
    has_signed_in(page, "otto")
    page.goto("/console/people/imports/")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Choose a file.")).to_be_visible()
    seen = wrong(page, "imports")
    page.get_by_label("CSV file").set_input_files(path)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Waiting")).to_be_visible()
    seen += wrong(page, "import-waiting")
    imports.step()
    expect(page.get_by_text("Would be created")).to_be_visible()
    expect(page.get_by_role("link", name="Download what was refused")).to_be_visible()  # the page follows by itself
    seen += wrong(page, "import-done")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download what was refused").click()
    assert "new-3" in taken.value.path().read_text("utf-8-sig")
    assert seen == []
    assert policy_complaints(page) == []


def test_a_list_leaves_and_a_person_is_forgotten_in_a_dialog(page, crew):
    has_signed_in(page, "otto")
    page.goto("/console/people/")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Export").click()
    assert "Mara Lind" in taken.value.path().read_text("utf-8-sig")
    page.get_by_role("link", name="Mara Lind").click()
    page.get_by_role("link", name="Forget this person").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Nobody can bring it back")).to_be_visible()
    seen = wrong(page, "person-forget")
    dialog.get_by_role("button", name="Forget this person").click()
    expect(page.get_by_role("status")).to_contain_text("Forgotten")
    assert not Person.objects.filter(name="Mara Lind").exists()
    assert seen == []
    assert policy_complaints(page) == []
