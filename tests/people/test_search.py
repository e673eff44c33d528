"""The search box finds who is meant, asks few questions of the database, and keeps step with every change."""

import pytest
from django.test.utils import CaptureQueriesContext

from keyturn.people import changes, keeping, search
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Address, Person, SearchTerm
from keyturn.tenants import scope
from tests import proof


def names(typed):
    return sorted(Person.objects.filter(pk__in=search.find(typed).people).values_list("name", flat=True))


@pytest.mark.parametrize(
    "typed",
    [
        "mara",
        "lind",
        "lind m",
        "MARA LIND",
        "mara@movers.example",
        "mara@home",
        "+1 (415) 555-0101",
        "4155550102",
        "0101",
    ],
)
def test_mara_is_found_by_everything_that_is_on_record(mara, nils, typed):
    assert names(typed) == ["Mara Lind"]


@pytest.mark.parametrize(
    "typed", ["", "  ", "olga", "mara olga", "\0", "\ud800", "%", "_", "x" * 100_000, "999 9999"]
)
def test_nobody_is_found_by_anything_else(mara, nils, typed):
    assert names(typed) == []


def test_words_that_do_not_stand_together_find_who_has_both(in_movers, now):
    changes.create(NewPerson("a", "Ana Maria Ruiz Soler"), now)
    changes.create(NewPerson("b", "Ana Lopez"), now)
    assert names("ana soler") == ["Ana Maria Ruiz Soler"]
    assert names("ana x") == []


def test_words_of_whom_the_rarest_is_the_shortest_find_who_has_both(in_movers, now, monkeypatch):
    crowd(12, now)
    changes.create(NewPerson("z", "Xi Middle Crowd"), now)
    monkeypatch.setattr(search, "_CANDIDATES", 10)
    assert names("crowd xi") == ["Xi Middle Crowd"]
    assert names("xi crowd") == ["Xi Middle Crowd"]
    hits = search.find("crowd same")
    assert hits.is_cut  # every word is common: there may be more


def test_the_search_keeps_step_with_every_change(mara, now):
    changes.update(mara, now, name="Anna Berg")
    changes.rename(mara, "berg-1", now)
    changes.set_email(mara, "berg@movers.example", now)
    changes.set_other_addresses(mara, [], now)
    changes.set_phones(mara, [NewPhone("+1 415 555 0177")], now)
    for typed in ("mara", "lind", "mara@movers", "5550101"):
        assert names(typed) == [], typed
    for typed in ("anna", "berg-1", "berg@mov", "0177"):
        assert names(typed) == ["Anna Berg"], typed
    kept = {bytes(term) for term in SearchTerm.objects.values_list("term", flat=True)}
    assert kept == keeping.wanted_terms(mara, Address.objects.filter(told_until=None))
    changes.delete(mara, now)
    assert not SearchTerm.objects.exists()


def test_the_other_tenant_finds_nobody(mara, labs):
    with scope.inside(labs.id):
        assert not search.find("mara").people
        assert search.exactly("mara@movers.example") is None


@pytest.mark.parametrize("typed", ["mara@movers.example", "MARA@movers.example", "415 555 0101"])
def test_a_whole_address_means_one_person(mara, nils, typed):
    assert search.exactly(typed) == mara


@pytest.mark.parametrize("typed", ["mara", "mara@movers", "415 555 0102", "\0", "@", "", "x" * 10_000])
def test_whatever_is_less_means_nobody_for_certain(mara, nils, typed):
    assert search.exactly(typed) is None


def crowd(number, now):
    for place in range(number):
        changes.create(NewPerson(f"crowd-{place}", f"Crowd Number{place} Same"), now)


def questions(typed):
    from django.db import connection

    with CaptureQueriesContext(connection) as asked:
        search.find(typed)
    return len(asked)


def test_a_search_asks_the_same_few_questions_of_few_and_of_many(in_movers, now):
    crowd(3, now)
    few = [questions(typed) for typed in ("crowd", "crowd same x", "415 555")]
    Person.objects.all().delete()
    crowd(proof.count(40, full=300), now)
    assert [questions(typed) for typed in ("crowd", "crowd same x", "415 555")] == few
    assert max(few) <= 8


def test_a_search_that_finds_too_many_says_so_and_stays_bounded(in_movers, now, monkeypatch):
    monkeypatch.setattr(search, "MOST", 30)
    crowd(search.MOST + 5, now)
    hits = search.find("crowd")
    assert hits.is_cut and len(hits.people) == search.MOST
    assert not search.find("crowd-20").is_cut
    assert names("crowd number34") == ["Crowd Number34 Same"]
