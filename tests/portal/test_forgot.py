"""Asking: the dialog, the answer that is the same for everybody, and the reference."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.door import tenancy
from keyturn.people import changes
from keyturn.recovery.models import Intake
from keyturn.tenants.models import Disclosure
from tests.portal.pages import body, error_at
from tests.recovery.acts import MARAS_EMAIL

TABLES_OF_PEOPLE = re.compile(r"\b(people_|directories_|access_|outbox_)", re.IGNORECASE)


@pytest.mark.mission("M4.2")
def test_the_dialog_echoes_what_was_typed_and_writes_nothing(visitor, mara):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        known = visitor.post("/forgot/confirm", identifier=MARAS_EMAIL)
    assert b"mara@movers.example</p>" in known.content
    assert not any(re.match(r"\s*(INSERT|UPDATE|DELETE)", one["sql"]) for one in queries)
    assert not any(TABLES_OF_PEOPLE.search(one["sql"]) for one in queries)
    assert Intake.objects.count() == 0


@pytest.mark.mission("M4.2")
def test_a_user_name_that_is_no_address_goes_to_the_address_on_file(visitor):
    assert b"the address on file" in visitor.post("/forgot/confirm", identifier="mara").content


@pytest.mark.mission("M4.2")
def test_cancel_sends_nothing_and_keeps_the_name(visitor):
    answer = visitor.post("/forgot/cancel", identifier="mara@movers.example")
    assert answer["Location"] == "/sign-in?identifier=mara%40movers.example"
    assert Intake.objects.count() == 0


def test_a_dialog_that_is_opened_by_its_address_leads_to_the_question(visitor):
    assert visitor.get("/forgot/confirm")["Location"] == "/forgot"


@pytest.mark.mission("M4.2")
def test_a_known_device_shows_the_masked_address(visitor, mara, in_movers):
    in_movers.disclosure = Disclosure.KNOWN_DEVICE
    in_movers.save()
    assert b"***" not in visitor.post("/forgot/confirm", identifier=MARAS_EMAIL).content
    visitor.signs_in()
    assert b"m***@m***.example" in visitor.post("/forgot/confirm", identifier=MARAS_EMAIL).content
    assert b"***" not in visitor.post("/forgot/confirm", identifier="nils@movers.example").content


@pytest.mark.mission("M4.2", "M4.8")
def test_a_disclosing_tenant_tells_who_is_there_and_who_needs_an_operator(visitor, mara, in_movers, now):
    in_movers.disclosure = Disclosure.DISCLOSED
    in_movers.save()
    assert b"m***@m***.example" in visitor.post("/forgot/confirm", identifier=MARAS_EMAIL).content
    nobody = visitor.post("/forgot/confirm", identifier="nobody@movers.example").content
    assert b"Nobody has this user name here" in nobody
    assert b">OK<" not in nobody
    changes.set_email(mara, "", now)
    unreachable = visitor.post("/forgot/confirm", identifier=MARAS_EMAIL).content
    assert b"Ask an operator" in unreachable
    assert b"Call dispatch" in unreachable


@pytest.mark.mission("M3.1")
def test_asking_shows_a_reference_that_staff_can_find(visitor, mara):
    answer = visitor.post("/forgot", identifier=MARAS_EMAIL)
    reference = Intake.objects.get().reference
    assert (answer.status_code, answer["Location"]) == (303, f"/forgot/sent/{reference}")
    sent = visitor.get(answer["Location"])
    assert reference.encode() in sent.content
    for words in (b"spam", b"cannot read that address", b"Call dispatch, 415 555 0100"):  # M4.8
        assert words in sent.content


@pytest.mark.mission("M3.1")
def test_known_and_unknown_names_get_the_same_bytes(visitor, mara):
    pages = []
    for name in (MARAS_EMAIL, "nobody@movers.example", "mara", "somebody else"):
        asked = visitor.post("/forgot", identifier=name)
        reference = asked["Location"].rpartition("/")[2]
        sent = visitor.get(asked["Location"])
        headers = {key: value for key, value in asked.headers.items() if key != "Location"}
        seen = body(sent).replace(reference.encode(), b"")
        pages.append((asked.status_code, headers, sorted(asked.cookies), asked.content, sent.status_code, seen))
    assert all(page == pages[0] for page in pages)


def test_asking_reads_no_table_of_people(visitor, mara):
    with CaptureQueriesContext(connection) as queries:
        visitor.post("/forgot", identifier=MARAS_EMAIL)
    assert len(queries) > 0
    assert not [one["sql"] for one in queries if TABLES_OF_PEOPLE.search(one["sql"])]


def test_the_check_above_would_notice_a_look_at_people(visitor, mara, in_movers):
    in_movers.disclosure = Disclosure.DISCLOSED  # the one mode that looks somebody up
    in_movers.save()
    with CaptureQueriesContext(connection) as queries:
        visitor.post("/forgot/confirm", identifier=MARAS_EMAIL)
    assert [one["sql"] for one in queries if TABLES_OF_PEOPLE.search(one["sql"])]


@pytest.mark.parametrize("hostile", ["", "a\x00b", "mara@", "two@at@signs", "x" * 60_000, "\u202egnp.exe"])
@pytest.mark.parametrize("path", ["/forgot", "/forgot/confirm"])
def test_what_is_no_user_name_is_refused_at_its_field(visitor, path, hostile):
    answer = visitor.post(path, identifier=hostile)
    assert answer.status_code == 422
    assert error_at(answer, "identifier")
    assert Intake.objects.count() == 0


def test_a_made_up_reference_shows_no_text_of_strangers(visitor):
    assert visitor.get("/forgot/sent/7K3M-0QZP").status_code == 200
    for made_up in ("call-me-on-0900", "7k3m-0qzp", "<b>", "7K3M-0QZP0"):
        assert visitor.get(f"/forgot/sent/{made_up}").status_code == 404


def test_one_source_that_asks_too_often_is_told_when_to_come_back(visitor):
    answers = [visitor.post("/forgot", identifier=f"name{number}") for number in range(31)]
    assert [answer.status_code for answer in answers[:30]] == [303] * 30
    assert answers[30].status_code == 429
    assert 0 < int(answers[30]["Retry-After"]) <= 600


def test_a_form_from_another_site_asks_for_nothing(strict):
    assert strict.post("/forgot", identifier=MARAS_EMAIL).status_code == 403
    assert Intake.objects.count() == 0


def test_pages_that_do_not_offer_the_link_say_where_to_go(visitor, in_movers):
    assert b"reset-option" in visitor.get("/sign-in").content
    in_movers.allow_link_on_portal = False
    in_movers.save()
    tenancy._kept.clear()
    assert b"reset-option" not in visitor.get("/sign-in").content
    answer = visitor.get("/forgot")
    assert answer.status_code == 404 and b"Not on these pages" in answer.content
    assert visitor.post("/forgot", identifier="mara@movers.example").status_code == 404
