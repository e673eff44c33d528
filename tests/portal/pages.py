"""What a visitor does on the pages, and what of a page a test looks at."""

import re
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client

from tests.recovery.acts import MARAS_EMAIL, MARAS_PASSWORD

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')


@dataclass
class Visitor:
    """A browser and whoever sits before it."""

    client: Client

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers=headers)

    def post(self, path: str, **fields: str) -> HttpResponse:
        return self.client.post(path, fields)

    def signs_in(self, password: str = MARAS_PASSWORD) -> HttpResponse:
        return self.post("/sign-in", identifier=MARAS_EMAIL, password=password)

    def opens(self, token: str) -> HttpResponse:
        assert self.get(f"/r/{token}").status_code == 303
        return self.get("/r")

    def saves(self, code: str, password: str, again: str | None = None) -> HttpResponse:
        return self.post(
            "/r", code=code, new_password=password, confirm_password=password if again is None else again
        )


def body(answer: HttpResponse) -> bytes:
    """A page without what is drawn anew for every visitor."""
    return _TOKEN.sub(b"", answer.content)


def error_at(answer: HttpResponse, field: str) -> str:
    """What a page says is wrong with a field; empty when nothing is."""
    found = re.search(rf'id="{field}-error"><span>([^<]*)', answer.content.decode())
    return found[1] if found else ""


def focused(answer: HttpResponse) -> list[str]:
    """The fields that the page puts the cursor in."""
    return re.findall(r'<input[^>]* id="(\w+)"[^>]* autofocus', answer.content.decode())
