"""The audit as operators see it: filtered, exported, and with a word about its chain."""

import csv
import io
from datetime import timedelta

import pytest

from keyturn.audit import chain, events, watch
from keyturn.audit.models import Event
from keyturn.operators.models import Operator
from tests.audit.test_chain import as_the_databases_owner
from tests.console.requests.acts import words_of
from tests.console.requests.conftest import auditor, otto, stranger  # noqa: F401 -- fixtures
from tests.recovery.conftest import account, mara  # noqa: F401 -- fixtures

FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\uff1d1")


def some(now, in_movers) -> Operator:
    who = Operator.objects.get(username="otto")
    events.record("person.updated", at=now, actor=f"operator:{who.pk}", reason="asked by phone")
    events.record(
        "recovery.refused", at=now - timedelta(days=3), actor="anonymous", reason="no_email", source="198.51"
    )
    return who


def test_the_list_names_the_actor_and_says_it_in_words(otto, in_movers, now):  # noqa: F811
    some(now, in_movers)
    page = words_of(otto.get("/console/audit/"))
    assert "Person changed" in page and "otto" in page and "asked by phone" in page
    assert "The person has no email address on record" in page


def test_filters(otto, in_movers, mara, now):  # noqa: F811
    who = some(now, in_movers)
    shown = lambda query: otto.get(f"/console/audit/?{query}").content.count(b'<th scope="row">')  # noqa: E731
    assert shown("action=recovery.refused") == 1
    assert shown(f"actor=operator:{who.pk}&action=person.updated") == 1
    assert shown(f"until={(now - timedelta(days=2)).date()}") == 1
    assert shown(f"person={mara.pk}") == Event.objects.filter(subject=f"person:{mara.pk}").count() > 0


@pytest.mark.parametrize("query", ["action=x", "actor=operator:x", "person=x", "since=x", "actor=worker&actor=owner"])
def test_a_broken_filter_says_so(otto, query):  # noqa: F811
    assert otto.get(f"/console/audit/?{query}").status_code == 422


def test_the_chain_in_a_sentence(otto, in_movers, now):  # noqa: F811
    some(now, in_movers)
    assert "Not closed yet" in words_of(otto.get("/console/audit/"))
    chain.step()
    assert "Being checked" in words_of(otto.get("/console/audit/"))
    watch.step()
    assert "Chain whole" in words_of(otto.get("/console/audit/"))


def test_a_broken_chain_is_red_on_the_page(otto, in_movers, now):  # noqa: F811
    some(now, in_movers)
    chain.step()
    with as_the_databases_owner():
        Event.objects.filter(position=1).update(reason="nothing to see")
    watch.step()
    page = words_of(otto.get("/console/audit/"))
    assert "Chain broken" in page and "event 1 was changed" in page


def exported(browser, query: str = "") -> list[list[str]]:
    answer = browser.post(f"/console/audit/export?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_has_everything_that_matches_and_its_links(auditor, in_movers, now):  # noqa: F811
    for number in range(3):
        events.record("person.updated", at=now, actor="owner", number=number)
    chain.step()
    head, *rows = exported(auditor, "action=person.updated")
    assert head[:4] == ["position", "at", "action", "actor"]
    assert len(rows) == 3 and all(len(row[-1]) == 64 for row in rows)


def test_taking_the_file_is_an_event_itself(auditor, in_movers):  # noqa: F811
    exported(auditor, "actor=owner")
    event = Event.objects.get(action="audit.exported")
    assert event.data == {"filter": {"actor": "owner"}} and event.actor.startswith("operator:")


def test_more_than_one_piece_comes_whole(auditor, in_movers, now, monkeypatch):  # noqa: F811
    from keyturn.audit import queries

    monkeypatch.setattr(queries, "_AT_ONCE", 3)
    for number in range(10):
        events.record("person.updated", at=now, actor="owner", number=number)
    _head, *rows = exported(auditor, "action=person.updated")
    assert len({row[7] for row in rows}) == 10


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(auditor, in_movers, now, formula):  # noqa: F811
    events.record("person.updated", at=now, actor="owner", reason=formula, subject=formula, source=formula)
    for row in exported(auditor, "action=person.updated"):
        assert not any(cell.lstrip()[:1] in "=+-@\uff1d" for cell in row if cell)


def test_without_the_guard_a_formula_would_leave(auditor, in_movers, now, monkeypatch):  # noqa: F811
    """The control."""
    from keyturn.lib import cells

    monkeypatch.setattr(cells, "neutral", lambda text: text)
    events.record("person.updated", at=now, actor="owner", reason="=1+1")
    assert any("=1+1" in row for row in exported(auditor, "action=person.updated"))


def test_who_may_not_export_does_not(in_movers, otto, now):  # noqa: F811
    from keyturn.operators.roles import Role
    from tests.console.staff import operator, sign_in

    helpdesk = sign_in(operator(in_movers, "hal", Role.HELPDESK))
    assert helpdesk.get("/console/audit/").status_code == 403
    assert helpdesk.post("/console/audit/export").status_code == 403
    assert otto.get("/console/audit/export").status_code == 200
    assert not Event.objects.filter(action="audit.exported").exists()


def test_nothing_of_another_tenant_is_seen_or_taken(stranger, in_movers, now):  # noqa: F811
    events.record("person.updated", at=now, actor="owner", reason="of Movers")
    assert "of Movers" not in words_of(stranger.get("/console/audit/"))
    assert "of Movers" not in str(exported(stranger))
