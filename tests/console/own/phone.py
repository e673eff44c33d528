"""The phone in an operator's pocket: reads the picture on a page, shows six digits, each of them once."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from django.http import HttpResponse
from django.test import Client

from keyturn.operators.factors.models import AuthenticatorApp


@dataclass
class Phone:
    """An authenticator app. Tests do not wait for the next step: they make the last one older instead."""

    secret: str

    def shows(self, now) -> str:
        AuthenticatorApp.objects.update(last_step=0)
        return pyotp.TOTP(self.secret).at(now)

    def showed_long_ago(self, now) -> str:
        return pyotp.TOTP(self.secret).at(now - timedelta(hours=1))


def scans(page: HttpResponse) -> tuple[Phone, str]:
    """The app after scanning, and what the page's form carries."""
    text = page.content.decode()
    letters = re.search(r'reference">([^<]+)<', text)[1].replace(" ", "")
    return Phone(letters), re.search(r'name="proposal" value="([^"]+)"', text)[1]


def enrols(browser: Client, now) -> tuple[Phone, list[str]]:
    """Scan, type the code, and write down the recovery codes that come with the first factor."""
    phone, proposal = scans(browser.get("/console/me/app"))
    kept = browser.post("/console/me/app", {"proposal": proposal, "code": phone.shows(now)})
    assert kept.status_code in (200, 303), kept.content.decode()
    return phone, re.findall(r"<li>([2-9a-z]{5}-[2-9a-z]{5})</li>", kept.content.decode())
