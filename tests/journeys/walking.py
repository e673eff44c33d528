"""What people do on the pages, in their words; every secret that passes is noted for the search afterwards."""

from playwright.sync_api import Page, expect

from tests.installation import Installation
from tests.letters import Letter


def ask_on_the_sign_in_page(page: Page, keyturn: Installation, identifier: str) -> None:
    """Sign-in page, user name, *Reset password*; the dialog stands open then (M4.1)."""
    page.goto(keyturn.url("/sign-in"))
    page.get_by_label("User name").fill(identifier)
    page.get_by_role("button", name="Reset password").click()
    expect(page.get_by_role("button", name="OK")).to_be_visible()


def open_link(page: Page, letter: Letter) -> None:
    """Follow the link of a mail; the address bar does not keep the secret."""
    page.goto(letter.link)
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    assert letter.token not in page.url


def save(page: Page, *, code: str, password: str, again: str | None = None) -> None:
    """Fill in the three fields and press *Save new password* (M4.4)."""
    page.get_by_label("Code", exact=True).fill(code)
    choose(page, password, again)


def choose(page: Page, password: str, again: str | None = None) -> None:
    """Fill in the new password twice and save."""
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("Confirm new password", exact=True).fill(password if again is None else again)
    page.get_by_role("button", name="Save new password").click()


def sign_in(page: Page, keyturn: Installation, identifier: str, password: str) -> None:
    """Sign in on the website."""
    page.goto(keyturn.url("/sign-in"))
    page.get_by_label("User name").fill(identifier)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def note(keyturn: Installation, *secrets: str) -> None:
    """These must be found nowhere afterwards."""
    keyturn.secrets.extend(secrets)


def receive(keyturn: Installation, address: str) -> Letter:
    """The next mail with link and code."""
    letter = keyturn.letter_to(address)
    note(keyturn, letter.token, letter.code)
    return letter


def receive_temporary(keyturn: Installation, address: str) -> str:
    """The next temporary password, by mail or by text message."""
    password = keyturn.letter_to(address).temporary_password
    note(keyturn, password)
    return password
