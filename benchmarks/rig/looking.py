"""An operator of each of two tenants looks at the console's pages in turns: python -m benchmarks.rig.looking

Reads {"hosts": {slug: host}, "rounds": n, "password": …} as JSON, writes for every page its milliseconds and its
number of statements, by tenant. One process, Django's own client, the role and the walls of the web process.
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

import django

django.setup()

from django.db import connection  # noqa: E402 -- the environment is read before the models are
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from keyturn.lib.paging import keyset  # noqa: E402
from keyturn.people import keeping, lists, queries  # noqa: E402
from keyturn.people.models import Address, Person  # noqa: E402
from keyturn.recovery.models import Recovery  # noqa: E402
from keyturn.tenants import scope  # noqa: E402
from keyturn.tenants.models import Tenant  # noqa: E402

SAMPLES = 12  # people who are looked at, one after the other
WARM = 12  # rounds that do not count: by then PostgreSQL plans no statement anew, and has read everybody once


@dataclass(frozen=True)
class Somebody:
    """What an operator may know of a person, and where they stand in lists."""

    person: Person
    email: str
    number: str
    reference: str
    among_people: str
    among_requests: str

    def pages(self) -> dict[str, str]:
        """The address of every page that is measured."""
        return _LISTS | self._lists() | self._searches() | self._tabs()

    def _lists(self) -> dict[str, str]:
        return {
            "People, deep in the middle": "people/?" + urlencode({"page": self.among_people}),
            "Requests, deep in the middle": "requests/?" + urlencode({"page": self.among_requests}),
            "Audit, one person": f"audit/?person={self.person.pk}",
        }

    def _searches(self) -> dict[str, str]:
        local = f"({self.number[2:5]}) {self.number[5:8]}-{self.number[8:]}"
        first, surname = self.person.name.split()
        typed = {
            "a whole name": self.person.name,
            "two words, begun": f"{surname[:6]} {first[:2]}",
            "two words, begun, turned": f"{first[:2]} {surname[:6]}",
            "an email": self.email,
            "a phone number as it is said": local,
            "the end of a number": self.number[-7:],
            "a reference": self.reference,
        }
        return {f"Search: {what}": "search?" + urlencode({"q": words}) for what, words in typed.items()}

    def _tabs(self) -> dict[str, str]:
        names = {"General": "", "Mobile user": "mobile"} | {
            n.title(): n for n in ("account", "activity", "readiness")
        }
        return {f"Person: {name}": f"people/{self.person.pk}/{path}" for name, path in names.items()}


_LISTS = {
    "Home": "",
    "People, first page": "people/",
    **{f"People: {only}": f"people/?only={only}" for only in lists.Only if only},
    "Search: the beginning of a name": "people/?q=mar",
    "Search: something nobody has": "people/?q=zyxel",
    "Search: two words nobody has": "people/?q=mara+zyxel",
    "Requests": "requests/",
    "Requests, refused": "requests/?state=refused",
    "Deliveries": "deliveries/",
    "Deliveries, bounced": "deliveries/?state=bounced",
    "Audit": "audit/",
    "Audit, one action": "audit/?action=session.opened",
    "Audit, one actor": "audit/?actor=worker",
}


class Desk:
    """One tenant: its operator's browser, and the people who are looked at."""

    def __init__(self, slug: str, host: str, password: str):
        self.tenant = Tenant.objects.get(slug=slug)
        self._client = Client(HTTP_HOST=host)
        answer = self._client.post("/console/sign-in", {"identifier": "otto", "password": password})
        if answer.status_code != 303:
            raise SystemExit(f"no sign-in: {answer.status_code} {answer.content[:2000]!r}")
        with scope.inside(self.tenant.pk):
            self.people = [_somebody(UUID(int=(2**128 // SAMPLES) * place)) for place in range(SAMPLES)]

    def milliseconds(self, path: str) -> float:
        """How long one answer takes."""
        began = time.perf_counter()
        answer = self._client.get(f"/console/{path}")
        taken = (time.perf_counter() - began) * 1000
        if answer.status_code not in (200, 303) or "/sign-in" in answer.headers.get("Location", ""):
            raise SystemExit(f"{answer.status_code} for {path}: {answer.content[:500]!r}")
        return taken

    def statements(self, path: str) -> int:
        """How many it takes, at least."""
        counts = []
        for _ in range(3):  # once a second one of them looks up which tenant the host name is
            with CaptureQueriesContext(connection) as asked:
                self.milliseconds(path)
            counts.append(len(asked))
        return min(counts)


def _somebody(after: UUID) -> Somebody:
    person = Person.objects.filter(pk__gt=after, can_be_reached=True).order_by("pk").first()
    _refuse_another_form(person)
    recovery = Recovery.objects.get(person=person)
    before = Recovery.objects.filter(created_at__lte=recovery.created_at)
    return Somebody(
        person,
        queries.main_email(person).raw,
        queries.sms_number(person).key,
        recovery.reference,
        keyset(Person.objects.filter(name__gte=person.name), lists.ORDER, size=1).next,
        keyset(before, ("-created_at", "-id"), size=1).next,
    )


def _refuse_another_form(person: Person) -> None:
    """What was written in bulk is what the product would have written."""
    terms = keeping.wanted_terms(person, Address.objects.filter(person=person))
    with CaptureQueriesContext(connection) as asked:
        keeping.step(person)
    if len(terms) < 5 or any(not one["sql"].startswith("SELECT") for one in asked):
        raise SystemExit(f"{person.pk} is not kept as the product keeps people")


def _turns(pages: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Each page of one tenant right beside the same page of the other, in an order that is drawn anew."""
    for page in next(iter(pages.values())):
        for slug in random.sample(sorted(pages), len(pages)):
            yield page, slug


def main() -> None:
    """Look, measure, tell."""
    given = json.load(sys.stdin)
    desks = {slug: Desk(slug, host, given["password"]) for slug, host in given["hosts"].items()}
    times: dict[str, dict[str, list[float]]] = {}
    for number in range(WARM + given["rounds"]):
        print(f"round {number}", file=sys.stderr)
        pages = {slug: desk.people[number % SAMPLES].pages() for slug, desk in desks.items()}
        for page, slug in _turns(pages):
            taken = desks[slug].milliseconds(pages[slug][page])
            if number >= WARM:
                times.setdefault(page, {}).setdefault(slug, []).append(taken)
    counts = {
        page: {slug: desk.statements(desk.people[0].pages()[page]) for slug, desk in desks.items()} for page in times
    }
    print(json.dumps({"times": times, "statements": counts}))


if __name__ == "__main__":
    main()
