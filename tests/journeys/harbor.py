"""What Otto and Nina do at Harbor, where a PIN lets somebody in: one step of the story each."""

import json
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.console.chromium import wrong
from tests.installation import Installation
from tests.journeys import walking
from tests.journeys.world import HARBOR, OPERATORS, new
from tests.letters import Letter
from tests.patience import wait_for

NINA = "nina@requests.example"
MADE_UP = "ABCD-EFGHJ-KMNPQ"
MODES = {"Off": (404, 403), "Web only": (200, 403), "All clients (web and API)": (200, 202)}


def looks(page: Page, name: str) -> None:
    """At what stands there now, in several widths and themes; what is wrong joins the page's complaints."""
    page.complaints += wrong(page, name)


def signs_in(page: Page) -> None:
    """Otto, at the console."""
    page.goto("/console/sign-in")
    page.get_by_label("User name").fill("otto")
    page.get_by_label("Password", exact=True).fill(OPERATORS)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def tries_every_mode(page: Page, visitor: Page, keyturn: Installation) -> str:
    """Each mode by the web and by the API, with a PIN that nobody has; at the end all are open. The reference."""
    for mode, (web, api) in MODES.items():
        page.goto("/console/settings/pin-codes")
        page.get_by_label(mode, exact=True).check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_be_visible()
        wait_for(lambda: _open_doors(keyturn)[:2] == (web, api), f"the doors of {mode}")  # noqa: B023
        visitor.goto("/sign-in")
        expect(visitor.get_by_role("link", name="I have a PIN")).to_have_count(0 if web == 404 else 1)
    return _open_doors(keyturn)[2]


def _open_doors(keyturn: Installation) -> tuple[int, int, str]:
    """What web and API answer now; both keep what they know of an organization for half a second."""
    with keyturn.client(HARBOR) as app:
        answer = app.post("/api/v1/sign-ups", json={"pin": MADE_UP, "email": NINA, "username": "nina"})
        return app.get("/sign-up").status_code, answer.status_code, answer.json().get("reference", "")


def reads_why(page: Page, reference: str) -> None:
    """Otto types the reference that somebody reads out."""
    page.goto("/console/")
    page.get_by_label("Search people").fill(reference.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is no such PIN code.")).to_be_visible()
    looks(page, "sign-up")


def imports_layouts(page: Page) -> None:
    """Refused without an environment name; then accepted."""
    page.goto("/console/settings/layouts")
    page.get_by_role("button", name="Import default layouts").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was imported.")
    page.get_by_role("link", name="Environment name, under Looks").click()
    page.get_by_label("Environment name").fill("Harbor Desk")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto("/console/settings/layouts")
    page.get_by_role("button", name="Import default layouts").click()
    expect(page.get_by_role("status")).to_contain_text("layouts were imported")


def says_it_in_own_words(page: Page) -> None:
    """A layout for the mail with a PIN, seen before it is saved, and the variable that is pointed to it."""
    page.goto("/console/settings/layouts/new")
    page.get_by_label("Name", exact=True).fill("Gangway")
    page.get_by_label("Message").select_option("PIN code · Email")
    page.get_by_role("button", name="Make the layout").click()
    page.get_by_label("Subject").fill("Come aboard !ENVIRONMENT!")
    text = page.get_by_label("Text", exact=True).and_(page.locator("textarea"))
    text.fill("Ahoy!\n")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#problems")).to_contain_text("!PINCODE!")  # without it nothing is saved (M2.6)
    text.fill("Ahoy from !OWNER!\n\n!PINCODE!\n\n!SIGN_UP_LINK!\n")
    expect(page.frame_locator("#frames iframe:not(.is-coming)").locator("body")).to_contain_text("Ahoy from")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Version 1, saved")).to_be_visible()
    page.goto("/console/settings/variables")
    page.get_by_role("link", name="Change PINCODE_EMAIL_BODY").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Gangway").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Gangway")).to_be_visible()


def opens_a_location(page: Page, keyturn: Installation) -> None:
    """A place with a mail server of its own, from which Otto writes."""
    page.goto("/console/settings/locations/new")
    page.get_by_label("Name", exact=True).fill("Pier 4")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a mail server or service").click()
    page.get_by_label("Name", exact=True).fill("Pier relay")
    page.get_by_label("Host name").fill("127.0.0.1")
    page.get_by_label("Port", exact=True).fill(str(urlsplit(keyturn.environment["KEYTURN_EMAIL_URL"]).port))
    page.get_by_label("none, usually on port 25").check()
    page.get_by_label("Sender's address").fill("pier@harbor.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto("/console/me")
    page.get_by_label("Default location").select_option("Pier 4")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("goes out from there from now on")).to_be_visible()


def gives_a_pin(page: Page) -> None:
    """What a new user would get stands there before anything is given; the code itself nobody is shown."""
    page.goto("/console/people/?q=vera")
    page.get_by_role("link", name="Vera Stone").click()
    page.get_by_role("link", name="PIN code", exact=True).click()
    page.get_by_role("link", name="Give a PIN code").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Dispatcher profile: Send drivers out, Drive vans")).to_be_checked()
    expect(dialog.get_by_text("Take lists away permission")).to_be_visible()
    looks(page, "pin-give")
    dialog.get_by_role("button", name="Give a PIN code").click()
    expect(page.get_by_text("The PIN code is given.")).to_be_visible()
    looks(page, "pin-email")


def mails_it(page: Page, keyturn: Installation) -> Letter:
    """To another requestor, from Otto's location and in Harbor's words."""
    expect(page.get_by_label("To", exact=True)).to_have_value("vera@harbor.example")
    expect(page.get_by_text("Location Pier 4")).to_be_visible()
    page.get_by_label("To", exact=True).fill(NINA)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The mail with the PIN code is on its way.")).to_be_visible()
    letter = keyturn.letter_to(NINA)
    walking.note(keyturn, letter.pin, letter.pin[5:])
    assert letter.subject == "Come aboard Harbor Desk"
    assert "pier@harbor.example" in letter.sender
    assert "Ahoy from Vera Stone" in letter.text
    return letter


def signs_up(visitor: Page, letter: Letter) -> None:
    """Nina, from the link in the mail."""
    visitor.goto("/sign-in")
    looks(visitor, "sign-in-with-pin")
    visitor.goto(letter.link)
    visitor.get_by_label("PIN", exact=True).fill(letter.pin.lower())
    visitor.get_by_label("Your email address").fill("nina")
    visitor.get_by_label("User name that you would like").fill("nina")
    visitor.get_by_role("button", name="Sign up").click()
    expect(visitor.locator("#email-error")).to_be_visible()
    looks(visitor, "sign-up-form")
    expect(visitor.get_by_label("PIN", exact=True)).to_have_value(letter.pin.lower())
    visitor.get_by_label("Your email address").fill(NINA)
    visitor.get_by_role("button", name="Sign up").click()
    expect(visitor.get_by_role("heading", name="Look in your mail")).to_be_visible()
    looks(visitor, "sign-up-sent")


def chooses_an_own_password(visitor: Page, keyturn: Installation) -> None:
    """She signs in with what was mailed, and nothing else opens before she chose her own."""
    password = walking.receive_temporary(keyturn, NINA)
    walking.note(keyturn, new("nina"))
    visitor.goto("/sign-in")
    visitor.get_by_label("User name").fill("nina")
    visitor.get_by_label("Password", exact=True).fill(password)
    visitor.get_by_role("button", name="Sign in").click()
    expect(visitor.get_by_role("heading", name="Choose your own password")).to_be_visible()
    visitor.goto("/me")
    expect(visitor.get_by_role("heading", name="Choose your own password")).to_be_visible()
    walking.choose(visitor, new("nina"))
    expect(visitor.get_by_text("Your new password is saved")).to_be_visible()


def rights_of(name: str, keyturn: Installation) -> dict:
    """What a program of Harbor reads about somebody who signs in."""
    token = keyturn.sign_in(name, new(name), HARBOR).json()["token"]
    with keyturn.client(HARBOR) as app:
        told = app.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json()
    return json.loads(json.dumps({key: told[key] for key in ("permissions", "profiles", "company_exceptions")}))


def sees_who_came(page: Page) -> None:
    """Nina stands below Vera, whose code is used up; and the log of sign-ups knows her."""
    page.reload()
    expect(page.get_by_text("Used by as many as were meant to")).to_be_visible()
    expect(page.locator(".tree")).to_contain_text("nina")
    looks(page, "pin-tab")
    page.goto("/console/sign-ups/")
    expect(page.get_by_role("row").filter(has_text="Vera Stone")).to_contain_text("nina")
    looks(page, "sign-ups")


def disables_them(page: Page, keyturn: Installation) -> None:
    """All who came by it, with a reason."""
    page.goto("/console/people/?q=vera")
    page.get_by_role("link", name="Vera Stone").click()
    page.get_by_role("link", name="PIN code", exact=True).click()
    page.get_by_role("link", name="Disable all created with this PIN").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 account is disabled")
    looks(page, "pin-disable")
    dialog.get_by_label("Reason").fill("The mail was forwarded, ticket 4711")
    dialog.get_by_role("button", name="Disable all").click()
    expect(page.get_by_text("Everybody who came by it is disabled.")).to_be_visible()
    assert keyturn.sign_in("nina", new("nina"), HARBOR).status_code == 401
