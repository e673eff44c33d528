"""Requests, deliveries, audit, activity and home in a real browser: for eyes, axe, keyboards, and hostile words."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from keyturn.audit import chain, events, watch
from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.operators.roles import Role
from keyturn.outbox.models import Attempt, CellProvider, Message
from keyturn.people.models import Person
from keyturn.recovery import tally
from keyturn.recovery.models import DailyTally, Recovery
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.console.chromium import has_signed_in, policy_complaints, wrong
from tests.console.requests.acts import REPLY, end, follow_all_up, notices
from tests.console.staff import operator
from tests.recovery import acts
from tests.recovery.acts import recover

pytestmark = pytest.mark.django_db(transaction=True)

POLYGLOT = (
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert(1) )//</stYle/</titLe/</teXtarEa/</scRipt/--!>"
    "<sVg/oNloAd=alert(2)//><img src=x onerror=alert(3)>\"'autofocus onfocus=alert(4) x="
)


@pytest.fixture
def page(page: Page, in_movers: Tenant) -> Iterator[Page]:
    """Otto's, signed in as an administrator; a dialog that a script opens is a complaint, too."""

    def complain(dialog: Dialog) -> None:
        page.complaints.append(f"script: {dialog.message}")
        dialog.dismiss()

    operator(in_movers, "otto", Role.ADMINISTRATOR)
    page.on("dialog", complain)
    has_signed_in(page, "otto")
    yield page
    page.remove_listener("dialog", complain)


@pytest.fixture
def life(mara, in_movers) -> Recovery:
    """A day in which something of everything happened; the request whose mail came back."""
    _a_month()
    recover(in_movers)
    acts.redeems(*acts.link_and_code())
    recover(in_movers, email="nobody@movers.example")
    recovery = recover(in_movers)
    end(Message.objects.filter(purpose="recovery_link").latest("created_at"), Message.BOUNCED)
    follow_all_up()
    notices(mara, 2, Message.FAILED)
    notices(mara, 60, Message.SENT)
    Message.objects.filter(state=Message.FAILED).update(last_reply=REPLY)
    CellProvider.objects.update(ends_on=clock.now().date())
    with scope.inside(None):
        while chain.step():
            pass
        watch.step()
    return recovery


def _a_month() -> None:
    for number, row in enumerate(tally.last_days(clock.now().date())):
        row.asked, row.delivered, row.completed = 20 + number % 7 * 6, 18 + number % 7 * 5, 12 + number % 5 * 5
        row.median_seconds = 70 + number % 6 * 25
        row.save()
    assert DailyTally.objects.count() == 30


def every_page(life: Recovery) -> dict[str, str]:
    """The addresses of this area's pages, by the names of their pictures."""
    dead = Message.objects.filter(state=Message.FAILED).first()
    return {
        "home": "/console/",
        "requests": "/console/requests/",
        "request": f"/console/requests/{life.reference}",
        "requests-not-found": "/console/requests/?reference=0000-0000",
        "deliveries": "/console/deliveries/",
        "deliveries-empty": "/console/deliveries/?state=cancelled",
        "delivery": f"/console/deliveries/{dead.pk}",
        "again-all": "/console/deliveries/again?state=failed",
        "audit": "/console/audit/",
        "audit-export": "/console/audit/export",
        "activity": f"/console/people/{life.person_id}/activity",
    }


def test_every_page_at_every_size_in_both_themes(page, life):
    found = []
    for name, path in every_page(life).items():
        page.goto(path)
        found += wrong(page, name)
    assert found == []
    assert policy_complaints(page) == []


@pytest.mark.mission("M0.5", "M0.19", "M0.20")
def test_from_home_to_the_providers_words_and_a_message_sent_again(page, life):
    page.goto("/console/")
    page.get_by_role("link", name="1 message of the last seven days").click()
    expect(page.get_by_role("table")).to_contain_text("no such user here")
    page.get_by_role("link", name="Mara Lind").first.click()
    expect(page.get_by_role("heading", name="Mara Lind")).to_be_visible()
    expect(page.get_by_text("no such user here").first).to_be_visible()
    page.goto("/console/deliveries/?state=failed")
    page.get_by_role("link", name="Notice: password changed").first.click()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("A new message that says the same waits to be sent.")).to_be_visible()
    expect(page.get_by_role("link", name="an earlier message")).to_be_visible()


@pytest.mark.mission("M0.20")
def test_a_reference_that_was_read_out_is_typed_and_told(page, life):
    page.goto("/console/requests/")
    page.get_by_label("Reference").fill(life.reference.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Request {life.reference}")).to_be_visible()
    expect(page.get_by_text("The message came back").first).to_be_visible()
    expect(page.get_by_text("550 5.1.1").first).to_be_visible()


@pytest.mark.mission("M0.19")
def test_all_that_match_in_a_dialog(page, life):
    page.goto("/console/deliveries/?state=failed")
    page.get_by_role("link", name="Send again all that match").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Send again all that match?")).to_be_visible()
    assert wrong(page, "again-all-dialog") == []
    dialog.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("2 messages were written anew.")).to_be_visible()


def test_a_waiting_message_is_followed_live(page, mara):
    message = notices(mara, 1)[0]
    page.goto(f"/console/deliveries/{message.pk}")
    expect(page.get_by_role("button", name="Try at once")).to_be_visible()
    end(message, Message.SENT, "250 2.0.0 queued")
    expect(page.get_by_text("250 2.0.0 queued").first).to_be_visible(timeout=10_000)
    assert policy_complaints(page) == []


def test_the_audit_comes_as_a_file(page, life):
    page.goto("/console/audit/")
    page.get_by_role("link", name="Export").click()
    with page.expect_download() as started:
        page.get_by_role("dialog").get_by_role("button", name="Export").click()
    assert started.value.suggested_filename == "audit.csv"


def hostile(in_movers, person: Person) -> None:
    """Whatever comes from outside is made of markup."""
    short = POLYGLOT[:100]
    Person.objects.filter(pk=person.pk).update(name=POLYGLOT, identifier=POLYGLOT)
    Tenant.objects.filter(pk=in_movers.pk).update(name=short)
    CellProvider.objects.update(name=POLYGLOT[-100:], ends_on=clock.now().date())
    message = notices(person, 1)[0]
    reply = "550 " + POLYGLOT
    Attempt.objects.create(message=message, at=clock.now(), profile=POLYGLOT[-100:], outcome="later", reply=reply)
    Attempt.objects.create(
        message=message, at=clock.now(), profile="installation", outcome="unreachable", reply=reply
    )
    end(message, Message.FAILED, reply)
    Recovery.objects.update(claimed=POLYGLOT, words=POLYGLOT, reason=POLYGLOT[:40], state=Recovery.FAILED)
    Recovery.objects.update(rules=[[POLYGLOT, POLYGLOT]], source=POLYGLOT[-60:], method=POLYGLOT[:20], door="<b>")
    subject, actor = f"person:{person.pk}", f"operator:{POLYGLOT}"[:100]
    dirty = {"source": POLYGLOT[-64:], "reason": POLYGLOT[-60:], POLYGLOT: POLYGLOT, "reference": POLYGLOT}
    events.record(POLYGLOT[-60:], at=clock.now(), actor=actor, subject=subject, **dirty)
    clean = {name: value for name, value in dirty.items() if name != "reference"}
    events.record(POLYGLOT[:60], at=clock.now(), actor=subject, subject=actor, **clean)


@pytest.mark.parametrize("language", ["en", "es"])
def test_hostile_words_are_shown_and_never_run(page, life, in_movers, language):
    """C87: names, providers' words, reasons, sources, actors and rules made of markup."""
    with scope.inside(in_movers.pk):
        hostile(in_movers, life.person)
    page.context.add_cookies([{"name": "keyturn-language", "value": language, "url": page.context.site}])
    for name, path in every_page(life).items():
        answer = page.goto(path)
        assert answer.status < 500, name
        assert made_of_markup(page) == [], name
    page.goto("/console/deliveries/?state=failed")
    page.locator("a[data-dialog]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert made_of_markup(page) == []
    assert policy_complaints(page) == []
    assert Event.objects.filter(action=POLYGLOT[:60]).exists()


def made_of_markup(page: Page) -> list[str]:
    """Elements that only the hostile words could have made."""
    return page.evaluate(
        '[...document.querySelectorAll(\'[onload],[onerror],[onclick],[onfocus],img[src="x"],a[href^="jaVas" i]\')]'
        ".map(one => one.outerHTML)"
    )


def test_hostile_words_that_became_markup_would_be_noticed(page):
    """The control: the same words, put in as markup."""
    page.goto("/console/")
    page.evaluate("words => document.getElementById('main').insertAdjacentHTML('beforeend', words)", POLYGLOT)
    page.wait_for_timeout(300)
    assert made_of_markup(page) != []
    assert policy_complaints(page) != []
