"""The list of people and the search box: everybody is found, in few questions, one page after the other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.door import tenancy
from keyturn.people import changes, queries
from keyturn.people.changes import NewPerson, NewPhone
from tests import proof
from tests.console.people.pages import page_of, text
from tests.recovery.acts import recover


def test_the_list_shows_people_and_their_states_in_words(otto, mara, now):
    changes.remember_bounce(queries.main_email(mara).pk, now)
    shown = text(otto.get("/console/people/"))
    for word in ("Mara Lind", "driver-7", "mara@movers.example", "Email bounced", "First password mail not sent"):
        assert word in shown


@pytest.mark.parametrize("typed", ["mara@movers.example", "(415) 555-0101", "mara", "lind", "0102", "driver"])
def test_enter_on_one_hit_opens_the_person(otto, mara, typed):
    answer = otto.get("/console/search", {"q": typed})
    assert (answer.status_code, answer["Location"]) == (303, page_of(mara))


def test_a_reference_opens_its_request(otto, mara, movers):
    reference = recover(movers, email="mara@movers.example").reference
    for typed in (reference, reference.lower().replace("-", "")):
        answer = otto.get("/console/search", {"q": typed})
        assert answer["Location"] == f"/console/requests/{reference}"


def test_several_hits_are_a_list(otto, mara, now):
    changes.create(NewPerson("mara-2", "Mara Berg"), now)
    answer = otto.get("/console/search", {"q": "mara"})
    assert answer["Location"] == "/console/people/?q=mara"
    shown = text(otto.get(answer["Location"]))
    assert "Mara Lind" in shown and "Mara Berg" in shown


@pytest.mark.parametrize("typed", ["", "\0", "\ud800", "%00", "x" * 100_000, "<script>alert(1)</script>", "'; --"])
def test_whatever_is_searched_for_gets_a_page(otto, mara, typed):
    answer = otto.get("/console/search", {"q": typed.encode("utf-8", "replace")}, follow=True)
    assert answer.status_code == 200
    assert "<script>alert" not in text(answer)


@pytest.mark.parametrize(
    "only", ["", "active", "inactive", "no_email", "bounced", "cannot_recover", "temporary", "x"]
)
def test_every_filter_gets_a_page(otto, mara, only):
    answer = otto.get("/console/people/", {"only": only, "q": "mara", "page": "broken"})
    assert answer.status_code == 200
    assert ("Mara Lind" in text(answer)) is (only in {"", "active", "x"})


def statements(browser, path):
    tenancy._kept.clear()  # the host's tenant is looked up each half second
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


def crowd(first, last, now):
    for number in range(first, last):
        phones = (NewPhone(f"+1415556{number:04}"),)
        changes.create(NewPerson(f"p{number}", f"Person {number:03}", f"p{number}@x.example", (), phones), now)


PATHS = ("/console/people/", "/console/people/?q=person", "/console/people/?only=cannot_recover")


def test_lists_ask_as_little_of_many_as_of_few(otto, now):
    crowd(0, 3, now)
    few = [statements(otto, path) for path in PATHS]
    crowd(3, proof.count(60, full=300), now)
    assert [statements(otto, path) for path in PATHS] == few
    assert max(few) <= 16


def test_pages_lead_to_everybody_once_and_back(otto, now):
    crowd(0, 120, now)
    seen, path = [], "/console/people/"
    while path:
        shown = text(otto.get(path))
        seen += [part[:10] for part in shown.split('/">Person ')[1:]]
        later = shown.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        path = f"/console/people/{later}" if later else ""
    assert [one[:3] for one in seen] == [f"{number:03}" for number in range(120)]
