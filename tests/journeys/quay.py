"""What happens at Quay when the password of Mara's mailbox is changed at the mail server: each step of the story."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.dovecot import Server
from tests.installation import Installation
from tests.journeys import harbor, walking
from tests.journeys.world import QUAY, old, quay
from tests.letters import GATEWAY, Letter
from tests.monitoring.boxes import EXAMPLE
from tests.patience import wait_for
from tests.properties import ageing

FIRST, CHANGED = "moss lantern over a canal", "granite swallow 88 over Elm"
MARA, HOME, PHONE = "mailbox@movers.example", "mara@home.example", f"4155550116@{GATEWAY}"
APPS = {"phone_app_url": "phone.quay.example", "desktop_app_url": "192.0.2.20:8443/desk"}
SCOPES = ("Read the states of mailboxes", "Take mailbox passwords, sealed to the public key of your software")
NOT_TAKEN = "These two passwords were not accepted together."


@dataclass(frozen=True)
class Story:
    """The installation, and the mail server at which Mara has her mailbox."""

    keyturn: Installation
    server: Server

    def begin(self, hand_on_key: str) -> None:
        """Quay keeps the password that holds at the server, and seals what it hands on to this key."""
        walking.note(self.keyturn, FIRST, CHANGED)
        here = {"name": "Work mail", "host": "127.0.0.1", "port": self.server.imaps, "username": MARA}
        mailboxes = [here | {"password": FIRST}]
        self.keyturn.load({"tenants": [quay(mailboxes, hand_on_key=hand_on_key, **APPS)]})

    def check(self) -> tuple:
        """Half an hour goes by, and the watch looks: how the mailbox stands then."""
        before = self._checked_at()
        [(tenant,)] = self.keyturn.rows("SELECT id FROM tenants_tenant WHERE slug = 'quay'")
        with self.keyturn.connected() as connection:
            ageing.let_pass(connection, tenant, 40)
        wait_for(lambda: self._checked_at() > before, "a check")
        return self.stands()

    def stands(self) -> tuple:
        """State, and how often it was refused in a row."""
        return self.keyturn.rows("SELECT state, refusals FROM monitoring_mailbox")[0]

    def sign_ins(self) -> int:
        """How often somebody came to the server's door."""
        return len(re.findall(r"-login: ", (self.server.root / "log").read_text(errors="replace")))

    def _checked_at(self) -> object:
        return self.keyturn.rows("SELECT COALESCE(checked_at, created_at) FROM monitoring_mailbox")[0][0]


def makes_a_key(otto: Page) -> str:
    """For the software that fetches."""
    harbor.signs_in(otto)
    otto.goto("/console/settings/api-keys/new")
    otto.get_by_label("Name", exact=True).fill("Mail fetcher")
    for scope in SCOPES:
        otto.get_by_label(scope).check()
    otto.get_by_role("button", name="Make the key").click()
    return otto.locator(".key-shown").inner_text().strip()


def sets_up_the_webhook(otto: Page, port: int) -> str:
    """By which the software hears of mailboxes; gives the secret that it is signed with."""
    otto.goto("/console/settings/mailboxes/webhook")
    otto.get_by_label("Address").fill(f"http://127.0.0.1:{port}/")
    otto.get_by_role("button", name="Save").click()
    return otto.locator(".key-shown").inner_text().strip()


@contextmanager
def software(story: Story, port: int, **environment: str) -> Iterator[Path]:
    """The example of the docs as a program of its own, listening; yields the file in which it prints."""
    printed = story.keyturn.folder / "fetcher.txt"
    told = {"KEYTURN_URL": story.keyturn.url("", QUAY), "PYTHONUNBUFFERED": "1", **environment}
    told |= {name: story.keyturn.environment[name] for name in ("PATH", "SSL_CERT_FILE")}
    with printed.open("wb") as output:
        words = [sys.executable, EXAMPLE, "listen", str(port)]
        process = subprocess.Popen(words, env=told, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield printed
    finally:
        process.terminate()
        process.wait(20)


def looks_at_the_console(otto: Page) -> Locator:
    """Otto, who was away for half an hour and signs in again; the mailbox as it stands in his grid."""
    otto.context.clear_cookies()
    harbor.signs_in(otto)
    otto.goto("/console/mailboxes/")
    return otto.get_by_role("row").filter(has_text="Work mail")


def looks_at_her_own_page(mara: Page) -> Locator:
    """Mara, on her phone; what stands there of the mailbox."""
    mara.context.clear_cookies()
    mara.goto("/sign-in")
    mara.get_by_label("User name").fill(MARA)
    mara.get_by_label("Password", exact=True).fill(old("mailbox"))
    mara.get_by_role("button", name="Sign in").click()
    return mara.locator(".mailbox")


def receives(story: Story, address: str) -> Letter:
    """The notice, which holds a link and neither password."""
    letter = story.keyturn.letter_to(address)
    walking.note(story.keyturn, letter.token)
    assert not any(secret in letter.text for secret in (FIRST, CHANGED))
    return letter


def gives(mara: Page, before: str, now: str) -> None:
    """The old and the new password."""
    mara.get_by_label("Old password of the mailbox", exact=True).fill(before)
    mara.get_by_label("New password of the mailbox", exact=True).fill(now)
    mara.get_by_role("button", name="OK").click()


def is_refused(mara: Page) -> str:
    """In which words."""
    alert = mara.get_by_role("alert")
    expect(alert).to_contain_text(NOT_TAKEN)
    return alert.inner_text()
