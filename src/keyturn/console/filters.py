"""What narrows a list, as it stands in the address: choices and days, each with its complaint at its field."""

from collections.abc import Container
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from keyturn.door.forms import Form
from keyturn.lib.paging import Page

_NO_CHOICE = _("Choose one of the list.")
_NO_DAY = _("Write a day like 2026-11-22.")
_NO_ID = _("This link is broken; begin at the list.")
_LONGEST = 60
_YEARS = range(2000, 2101)


class Filters(Form):
    """The filters of one list; empty ones want everything."""

    def __init__(self, request: HttpRequest, *names: str):
        super().__init__(*names, posted=request.GET)
        self.cursor = request.GET.get("page", "")

    def choice(self, name: str, allowed: Container[str]) -> str:
        """One of these words, or nothing."""
        typed = self._typed(name)
        if typed and typed not in allowed:
            self.refuse(name, _NO_CHOICE)
            return ""
        return typed

    def text(self, name: str) -> str:
        """What was typed, if it can be seen."""
        return self._typed(name)

    def day(self, name: str) -> date | None:
        """A day as browsers write it."""
        typed = self._typed(name)
        try:
            read = date.fromisoformat(typed) if typed else None
        except ValueError:
            read = None
        if typed and (read is None or read.year not in _YEARS):
            self.refuse(name, _NO_DAY)
            return None
        return read

    def uuid(self, name: str) -> UUID | None:
        """The id of a row that a link of ours put into the address."""
        typed = self._typed(name)
        try:
            return UUID(typed) if typed else None
        except ValueError:
            self.refuse(name, _NO_ID)
            return None

    @property
    def query(self) -> str:
        """What the addresses of other pages of this list begin with."""
        kept = urlencode({name: field.value for name, field in self.items() if field.value and not field.error})
        return f"{kept}&" if kept else ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything is filtered."""
        return any(field.value for field in self.values())

    def _typed(self, name: str) -> str:
        typed = self.only(name)[:_LONGEST]
        if not typed.isprintable():
            self.refuse(name, self.REFUSED["control_character"])
            return ""
        self[name].value = typed
        return typed


def pager(page: Page, filters: Filters) -> dict[str, str]:
    """The addresses of the pages before and after; empty where there is none."""
    ways = {"newer": page.previous, "older": page.next}
    return {name: f"?{filters.query}{urlencode({'page': cursor})}" if cursor else "" for name, cursor in ways.items()}
