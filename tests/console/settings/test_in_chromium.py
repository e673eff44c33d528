"""The settings in a real browser: journeys of Otto, axe on every page, both themes, no page wider than the screen."""

import ipaddress
import threading
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from keyturn.directories import accounts
from keyturn.lib import clock
from keyturn.operators import api_keys
from keyturn.operators.models import Operator
from keyturn.outbox import gateways, locations, profile_edits, providers, trying
from keyturn.outbox.gateways import NewGateway
from keyturn.outbox.models import MailProfile
from keyturn.outbox.profiles import NewProfile
from keyturn.outbox.providers import NewProvider
from keyturn.outbox.transports import trust
from keyturn.outbox.transports.smtp import close_idle
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.recovery import preview
from keyturn.tenants.models import Tenant
from tests.console.chromium import has_signed_in, wrong
from tests.console.staff import operator
from tests.mailserver import Authority, MailServer
from tests.outbox.mailservice import KEY, MailService, installed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mail(tmp_path, settings):
    """A mail server on this machine, which is open to tests."""
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
    settings.KEYTURN_EMAIL_URL = ""
    with MailServer(tmp_path / "mail") as server:
        yield server
        close_idle(older_than=0)


@pytest.fixture
def otto(page, in_movers) -> Page:
    """Otto's browser, signed in."""
    operator(in_movers, email="otto@movers.example")
    has_signed_in(page, "otto")
    return page


@pytest.fixture
def furnished(in_movers, mail):
    """Movers with a server, a provider that ended, a gateway and a key."""
    now, by = clock.now(), "operator:otto"
    profile_edits.add(NewProfile("Own server", "127.0.0.1", mail.port, "none"), now, actor=by)
    profile_edits.add(NewProfile("Spare", "mail.movers.example", username="k", password="correct"), now, actor=by)
    depot = locations.add("Depot", now, actor=by)
    profile_edits.add(NewProfile("Paid", service="mailgun", password="key-1"), now, actor=by, location_id=depot.pk)
    providers.add(NewProvider("Example Wireless", "sms.example.net"), now, actor=by)
    providers.add(NewProvider("Bygone Mobile", "sms.bygone.example", ends_on=date(2025, 6, 17)), now, actor=by)
    gateways.save(NewGateway("Texts", "https://sms.example/v1/messages", auth="none"), 0, now, actor=by)
    api_keys.issue(api_keys.NewKey("Dispatch board", ("recoveries.read",), 90), now, actor=by)
    return in_movers


def the_worker_runs_one() -> threading.Thread:
    """The worker, for one trial."""

    def run() -> None:
        from django.db import connection

        while not trying.step():
            stopping.wait(0.1)
        connection.close()

    stopping = threading.Event()
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def every_page(page: Page) -> Iterator[str]:
    """Every settings page, and their error states."""
    from keyturn.tenants import tabs

    for tab in tabs.TABS:
        page.goto(f"/console/settings/{tab.name}")
        yield tab.name
    page.goto("/console/settings/recovery")
    page.get_by_label("Password ticket expiration delay, in minutes").fill("4")
    page.get_by_role("button", name="Save").click()
    yield "recovery-refused"
    page.goto("/console/settings/passwords")
    page.get_by_label("Password to try").fill("password")
    expect(page.locator("#trial-meter")).to_contain_text("Poor")
    yield "passwords-tried"
    services = ("mail/new?service=mailgun", "mail/new?service=mailjet")
    for path in ("mail/new", *services, "locations/new", "sms/new", "sms/gateway", "api-keys/new"):
        page.goto(f"/console/settings/{path}")
        yield path.replace("/", "-")
        page.locator("main form button.is-primary").first.click()
        yield path.replace("/", "-") + "-sent-empty"
    page.goto("/console/settings/locations")
    page.get_by_role("link", name="Depot").click()
    yield "location"
    page.goto("/console/settings/mail")
    page.get_by_role("link", name="Own server").click()
    yield "mail-profile"
    page.goto("/console/settings/sms")
    page.get_by_role("link", name="Bygone Mobile").click()
    yield "provider"


def test_every_page_is_sound_at_every_width_and_theme(otto, furnished):
    assert [one for state in every_page(otto) for one in wrong(otto, f"settings-{state}")] == []
    assert [said for said in otto.complaints if "status of 4" not in said] == []


@pytest.mark.mission("M1.7")
def test_otto_adds_a_mail_server_that_explains_itself(otto, mail, in_movers):
    mail.become("auth_refused")
    otto.goto("/console/settings/mail/new")
    otto.get_by_label("Name", exact=True).fill("Own server")
    otto.get_by_label("Host name").fill("127.0.0.1")
    otto.get_by_label("Port", exact=True).fill(str(mail.port))
    otto.get_by_label("none, usually on port 25").check()
    otto.get_by_label("User name", exact=True).fill("keyturn")
    otto.get_by_label("Password", exact=True).fill("not-this-one")
    otto.get_by_role("button", name="Test settings").click()
    the_worker_runs_one().join(30)
    steps = otto.locator("#trial")
    expect(steps).to_contain_text("The server says that user name and password are wrong")
    expect(steps).to_contain_text("The test ended here.")
    mail.become("accept")
    otto.get_by_role("button", name="Test settings").click()  # the password typed is still there
    the_worker_runs_one().join(30)
    expect(steps).to_contain_text("It works: the message is on its way.")
    assert wrong(otto, "settings-trial-done") == []
    otto.get_by_role("button", name="Save").click()
    expect(otto.get_by_role("link", name="Own server")).to_be_visible()
    assert MailProfile.objects.get().sealed_password
    assert [message["recipients"] for message in mail.accepted()] == [["otto@movers.example"]]


@pytest.mark.mission("M2.3")
def test_otto_pastes_a_key_and_tries_it(otto, in_movers, settings, monkeypatch, tmp_path):
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    trust.context.cache_clear()
    with MailService("mailgun", "wrong_key", certificate=authority.good()) as service:
        installed(monkeypatch, service)
        otto.goto("/console/settings/mail")
        otto.get_by_role("link", name="Add a mail server or service").click()
        otto.get_by_role("navigation", name="Mail services").get_by_role("link", name="Mailgun").click()
        otto.get_by_label("Key", exact=True).fill(KEY)
        otto.get_by_role("button", name="Test settings").click()
        the_worker_runs_one().join(30)
        expect(otto.locator("#trial")).to_contain_text("Fill in one at a domain of yours")  # ours is at 127.0.0.1
        otto.get_by_label("Sender's address").fill("post@movers.example")
        otto.get_by_role("button", name="Test settings").click()
        the_worker_runs_one().join(30)
        expect(otto.locator("#trial")).to_contain_text("The service does not accept this key")
        service.mode = "take"
        otto.get_by_role("button", name="Test settings").click()
        the_worker_runs_one().join(30)
        expect(otto.locator("#trial")).to_contain_text("It works: the message is on its way.")
        assert wrong(otto, "settings-mail-service-tried") == []
    trust.context.cache_clear()
    otto.get_by_role("button", name="Save").click()
    expect(otto.get_by_role("link", name="Mailgun")).to_be_visible()
    assert MailProfile.objects.get().sealed_password and KEY not in otto.content()


@pytest.mark.mission("M2.2")
def test_the_envelope_is_reached_and_opened_by_the_keyboard_alone(otto):
    otto.goto("/console/settings/recovery")
    otto.get_by_label("Allow password reset via email").focus()
    otto.keyboard.press("Tab")
    envelope = otto.get_by_role("link", name="Mail settings for resets and for new users' temporary passwords")
    expect(envelope).to_be_focused()
    box = envelope.bounding_box()
    assert min(box["width"], box["height"]) >= 24  # WCAG 2.2, 2.5.8
    otto.keyboard.press("Enter")
    otto.wait_for_url("**/console/settings/mail")


@pytest.mark.mission("M2.8")
def test_otto_gives_a_depot_a_server_of_its_own_and_writes_from_there(otto, in_movers):
    otto.goto("/console/settings/locations")
    otto.get_by_role("link", name="Add a location").click()
    otto.get_by_label("Name", exact=True).fill("Depot")
    otto.get_by_role("button", name="Save").click()
    otto.get_by_role("link", name="Add a mail server or service").click()
    otto.get_by_label("Name", exact=True).fill("Depot's own")
    otto.get_by_label("Host name").fill("mail.depot.example")
    otto.get_by_role("button", name="Save").click()
    expect(otto.get_by_role("link", name="Depot's own")).to_be_visible()
    otto.goto("/console/me")
    otto.get_by_label("Default location").select_option(label="Depot")
    otto.get_by_role("button", name="Save").click()
    expect(otto.get_by_text("What you have sent goes out from there")).to_be_visible()
    assert wrong(otto, "own-location") == []
    assert Operator.objects.get(username="otto").default_location.name == "Depot"


@pytest.mark.mission("M0.17")
def test_otto_tests_a_provider(otto, mail, furnished):
    otto.goto("/console/settings/sms")
    otto.get_by_role("link", name="Example Wireless").click()
    otto.get_by_label("Number", exact=True).fill("(415) 555-0101")
    otto.get_by_label("Message").fill("Is anybody there?")
    otto.get_by_role("button", name="Test provider").click()
    the_worker_runs_one().join(30)
    expect(otto.locator("#trial")).to_contain_text("250 2.0.0 taken")
    assert mail.accepted()[0]["recipients"] == ["4155550101@sms.example.net"]


@pytest.mark.mission("M0.16")
def test_otto_adds_a_provider_with_its_last_day(otto, mail):
    otto.goto("/console/settings/sms/new")
    otto.get_by_label("Name", exact=True).fill("Example Wireless")
    otto.get_by_label("SMS domain").fill("sms.example.net")
    otto.get_by_label("Ends on").fill("2025-06-17")
    otto.get_by_role("button", name="Save").click()
    expect(otto.get_by_text("ended 2025-06-17")).to_be_visible()


@pytest.mark.mission("M3.7")
def test_otto_changes_a_setting_with_the_keyboard_alone(otto, in_movers):
    otto.goto("/console/settings/recovery")
    otto.get_by_label("Password ticket expiration delay, in minutes").focus()
    otto.keyboard.press("ControlOrMeta+A")
    otto.keyboard.type("30")
    otto.keyboard.press("Enter")
    expect(otto.get_by_text("Saved. It holds from now on.")).to_be_visible()
    assert Tenant.objects.get(pk=in_movers.pk).ticket_expiration_minutes == 30


def test_a_key_is_shown_once(otto, in_movers):
    otto.goto("/console/settings/api-keys/new")
    otto.get_by_label("Name", exact=True).fill("Dispatch board")
    otto.get_by_role("button", name="Make the key").click()
    shown = otto.locator(".key-shown").inner_text().strip()
    assert api_keys.resolve(shown, clock.now()).name == "Dispatch board"
    otto.goto("/console/settings/api-keys")
    assert shown not in otto.content()
    otto.get_by_role("link", name="Revoke").click()
    otto.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(otto.get_by_text("revoked")).to_be_visible()
    assert api_keys.resolve(shown, clock.now()) is None


@pytest.mark.mission("M0.7")
def test_otto_sees_whom_a_change_would_stop_before_he_saves_it(otto, in_movers):
    person = changes.create(NewPerson("mara@movers.example", "Mara Lind", "mara@movers.example"), clock.now())
    accounts.open(person, person.identifier, clock.now())
    otto.goto("/console/settings/recovery")
    otto.get_by_label("Allow password reset via email").uncheck()
    otto.get_by_role("button", name="Save").click()
    expect(otto.get_by_text("Looking at everybody: 0 of 1")).to_be_visible()
    assert wrong(otto, "settings-preview-begun") == []
    while preview.step():
        pass
    expect(otto.get_by_role("link", name="Mara Lind")).to_be_visible()  # without a reload
    assert wrong(otto, "settings-preview-done") == []
    otto.get_by_role("button", name="Save all the same").click()
    expect(otto.get_by_text("Saved. It holds from now on.")).to_be_visible()
    assert not Tenant.objects.get(pk=in_movers.pk).allow_password_reset_via_email
