"""What operators press about PINs, and what of a page a test looks at."""

import html
import re

from django.http import HttpResponse
from django.test import Client

from keyturn.enrollment import pins
from keyturn.lib import clock
from keyturn.people.models import Person

KEEP_ALL = ["profile:dispatcher", "company:Harbour Freight"]  # what of Vera's rights can be passed on
GOOD = {"days": "14", "uses": "3", "domains": "", "address": "", "keep": KEEP_ALL}


def at(person: Person, rest: str = "") -> str:
    return f"/console/people/{person.pk}/pin{rest}"


def words(answer: HttpResponse) -> str:
    """The page as it reads."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def gives(browser: Client, person: Person, **changed) -> str:
    """Through the dialog; the PIN as its owner will read it, which no page says."""
    answer = browser.post(at(person, "/give"), GOOD | changed)
    assert answer.status_code == 303, words(answer)
    text = pins.opened(pins.of(person, clock.now())).written
    assert text[5:10] not in browser.get(answer["Location"]).content.decode()
    return text


def ticks(answer: HttpResponse) -> dict[str, bool]:
    """Every tick box of the dialog, by what it stands for."""
    boxes = re.findall(r'name="keep" value="([^"]*)"( checked)?', answer.content.decode())
    return {html.unescape(name): bool(checked) for name, checked in boxes}
