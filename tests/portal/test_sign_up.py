"""Signing up with a PIN: where it is offered, what a form says of itself, and that nobody learns anything else."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.door import tenancy
from keyturn.enrollment import resolving
from keyturn.enrollment.models import SignUp
from keyturn.people import changes, queries
from keyturn.people.models import Person
from keyturn.tenants.models import PinSignUp
from tests.enrollment import working
from tests.enrollment.acts import issue
from tests.portal.invitations import invited, shapes_of, taken_temporary_password
from tests.portal.pages import body, error_at, focused
from tests.recovery.acts import MARAS_EMAIL, NEW_PASSWORD

TABLES_OF_PEOPLE = re.compile(r"\b(people_|directories_|access_|outbox_|enrollment_pin\b)", re.IGNORECASE)
MADE_UP = "ABCD-EFGHJ-KMNPQ"
NINA = {"email": "nina@movers.example", "username": "nina"}


def set_mode(tenant, mode: PinSignUp) -> None:
    tenant.pin_sign_up = mode
    tenant.save()
    tenancy._kept.clear()


@pytest.fixture
def open_to_web(in_movers):
    set_mode(in_movers, PinSignUp.WEB)
    return in_movers


@pytest.mark.mission("M2.1", "M2.9")
@pytest.mark.parametrize(("mode", "is_offered"), [("off", False), ("web", True), ("all", True)])
def test_the_way_in_stands_on_the_sign_in_page_where_the_organization_offers_it(visitor, in_movers, mode, is_offered):
    set_mode(in_movers, PinSignUp(mode))
    page = visitor.get("/sign-in").content.decode()
    link = re.search(r'<a class="pin-way" href="/sign-up">.*?</a>', page)
    assert bool(link) == is_offered
    if link:
        assert 'aria-hidden="true"' in link[0] and "I have a PIN" in link[0]  # a picture, and its words
    assert visitor.get("/sign-up").status_code == (200 if is_offered else 404)
    assert visitor.post("/sign-up", pin=MADE_UP, **NINA).status_code == (303 if is_offered else 404)
    assert visitor.get("/sign-up/sent/7K3M-0QZP").status_code == (200 if is_offered else 404)
    assert SignUp.objects.exists() == is_offered


@pytest.mark.mission("M2.9")
def test_three_fields_become_a_reference(visitor, open_to_web):
    answer = visitor.post("/sign-up", pin=MADE_UP, **NINA)
    row = SignUp.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/sign-up/sent/{row.reference}")
    assert (row.door, row.state) == ("web", "open")
    sent = visitor.get(answer["Location"]).content
    assert row.reference.encode() in sent and b"Look in your mail" in sent


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"pin": "Type the PIN", "email": "Type your email", "username": "Choose a user name"}),
        ({"pin": "1234"}, {"pin": "fourteen letters"}),
        ({"email": "nina"}, {"email": "mara@example.com"}),
        ({"email": "nina@here"}, {"email": "mail domain"}),
        ({"username": "nina the\u202e great"}, {"username": "cannot be seen"}),
        ({"username": "two words"}, {"username": "one word"}),
        ({"username": "other@movers.example"}, {"username": "must be the email address"}),
        ({"username": "x" * 60_000}, {"username": "too long"}),
        ({"pin": "a\x00b"}, {"pin": "cannot be seen"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(visitor, open_to_web, typed, errors):
    fields = {"pin": MADE_UP} | NINA | typed if typed else {}
    answer = visitor.post("/sign-up", **fields)
    assert answer.status_code == 422
    for name in ("pin", "email", "username"):
        assert errors.get(name, "") in error_at(answer, name), name
        assert bool(error_at(answer, name)) == (name in errors)
        if fields and name not in errors:
            assert f'value="{fields[name]}"' in answer.content.decode()
    assert focused(answer) == [next(iter(errors))]
    assert not SignUp.objects.exists()


def test_the_organizations_pattern_counts(visitor, open_to_web):
    open_to_web.identifier_pattern = "[0-9]{4}"
    open_to_web.save()
    assert "another form" in error_at(visitor.post("/sign-up", pin=MADE_UP, **NINA), "username")
    assert visitor.post("/sign-up", pin=MADE_UP, email=NINA["email"], username="0815").status_code == 303


@pytest.mark.parametrize("spelling", ["abcd-efghj-kmnpq", " ABCD EFGHJ KMNPQ ", "abcdefghjkmnpq"])
def test_a_pin_may_be_typed_in_any_way(visitor, open_to_web, spelling):
    assert visitor.post("/sign-up", pin=spelling, **NINA).status_code == 303


def test_a_form_from_another_site_signs_nobody_up(strict, open_to_web):
    assert strict.post("/sign-up", pin=MADE_UP, **NINA).status_code == 403
    assert not SignUp.objects.exists()


def test_one_source_that_asks_too_often_is_told_when_to_come_back(visitor, open_to_web):
    answers = [visitor.post("/sign-up", pin=MADE_UP, **NINA) for _ in range(31)]
    assert [answer.status_code for answer in answers[:30]] == [303] * 30
    assert answers[30].status_code == 429
    assert 0 < int(answers[30]["Retry-After"]) <= 600


def test_the_page_speaks_spanish(visitor, open_to_web):
    page = visitor.get("/sign-up", Accept_Language="es").content.decode()
    assert "Darse de alta con un PIN" in page and "Sign up" not in page


def seen(visitor, pin: str, email: str, username: str) -> tuple:
    """Everything that an answer and the page behind it say, but the reference."""
    asked = visitor.post("/sign-up", pin=pin, email=email, username=username)
    reference = asked["Location"].rpartition("/")[2]
    sent = visitor.get(asked["Location"])
    headers = {key: value for key, value in asked.headers.items() if key != "Location"}
    page = body(sent).replace(reference.encode(), b"")
    return asked.status_code, headers, sorted(asked.cookies), asked.content, sent.status_code, page


@pytest.mark.mission("M2.9")
def test_good_wrong_spent_revoked_and_taken_get_the_same_bytes_and_statements(visitor, mara, open_to_web, now):
    answers = []
    for case in invited(mara, now):
        with shapes_of(connection) as shapes:
            answers.append((case.name, seen(visitor, case.pin, case.email, case.username), shapes))
    first = answers[0]
    assert {name: said for name, said, _ in answers} == {name: first[1] for name, _, _ in answers}
    assert {name: shapes for name, _, shapes in answers} == {name: first[2] for name, _, _ in answers}
    assert len(first[2]) > 2


def test_the_check_above_would_notice_one_statement_more(visitor, mara, open_to_web, now, monkeypatch):
    from keyturn.portal.views import sign_up

    honest = sign_up.sign_ups.ask

    def telltale(asked, at):
        if asked.email == MARAS_EMAIL:
            list(Person.objects.filter(identifier=MARAS_EMAIL))
        return honest(asked, at)

    monkeypatch.setattr(sign_up.sign_ups, "ask", telltale)
    shapes = {}
    for email in (MARAS_EMAIL, "nina@movers.example"):
        with shapes_of(connection) as shapes[email]:
            visitor.post("/sign-up", pin=MADE_UP, email=email, username="nina")
    assert shapes[MARAS_EMAIL] != shapes["nina@movers.example"]


def test_signing_up_reads_no_pin_and_no_table_of_people(visitor, mara, open_to_web, now):
    pin = issue(mara, "owner").text
    with CaptureQueriesContext(connection) as statements:
        visitor.post("/sign-up", pin=pin, **NINA)
    assert len(statements) > 0
    assert not [one["sql"] for one in statements if TABLES_OF_PEOPLE.search(one["sql"])]


@pytest.mark.mission("M2.11")
def test_the_first_sign_in_leads_to_a_password_of_ones_own(visitor, mara, open_to_web, now):
    pin = issue(mara, "owner").text
    visitor.post("/sign-up", pin=pin, **NINA)
    assert resolving.step()
    nina = queries.by_identifier("nina")
    assert nina.status == Person.PENDING
    password = taken_temporary_password(nina)
    answer = visitor.post("/sign-in", identifier="nina", password=password)
    assert (answer.status_code, answer["Location"]) == (303, "/change-password")
    assert visitor.get("/me")["Location"] == "/change-password"  # until then nothing else opens
    saved = visitor.post("/change-password", new_password=NEW_PASSWORD, confirm_password=NEW_PASSWORD)
    assert saved["Location"].startswith("/me")
    assert queries.by_identifier("nina").status == Person.ACTIVE


def test_a_person_who_was_switched_off_lets_nobody_in(visitor, mara, open_to_web, now):
    pin = issue(mara, "owner").text
    changes.set_status(mara, Person.INACTIVE, now)
    visitor.post("/sign-up", pin=pin, **NINA)
    assert resolving.step()
    assert SignUp.objects.get().state == SignUp.REFUSED
    assert queries.by_identifier("nina") is None


@pytest.mark.mission("M2.9", "M2.13")
def test_while_many_wrong_pins_come_everybody_gets_work_and_loses_nothing_typed(
    visitor, mara, open_to_web, now, monkeypatch
):
    working.make_easy(monkeypatch)
    assert b"data-challenge" not in visitor.get("/sign-up").content
    working.meet_limit(open_to_web, now)
    assert b"data-challenge" in visitor.get("/sign-up").content
    answers = []
    for case in invited(mara, now):
        with shapes_of(connection) as shapes:
            answer = visitor.post("/sign-up", pin=case.pin, email=case.email, username=case.username)
        page = body(answer).decode()
        assert all(f'value="{typed}"' in page for typed in (case.pin, case.email, case.username))
        page = re.sub(r' (value|data-challenge)="[^"]*"', "", page)
        answers.append((answer.status_code, 0 < int(answer["Retry-After"]) <= 3600, page, shapes))
    assert answers[0][0] == 429 and answers == [answers[0]] * len(answers)
    assert not SignUp.objects.exists()


def challenge_in(page: str) -> str:
    return re.search(r'name="challenge" value="([^"]+)"', page)[1]


def test_with_the_work_done_somebody_signs_up(visitor, open_to_web, now, monkeypatch):
    working.make_easy(monkeypatch)
    working.meet_limit(open_to_web, now)
    mended = visitor.post("/sign-up", pin="1234", **NINA)
    assert (mended.status_code, error_at(mended, "pin") != "") == (422, True)
    challenge = challenge_in(mended.content.decode())
    counter = str(working.counter_for(challenge, working.FEW_BITS))
    answer = visitor.post("/sign-up", pin=MADE_UP, challenge=challenge, counter=counter, **NINA)
    assert answer["Location"].startswith("/sign-up/sent/") and SignUp.objects.get().is_proven
    again = visitor.post("/sign-up", pin=MADE_UP, challenge=challenge, counter=counter, **NINA)
    assert again.status_code == 429 and challenge_in(again.content.decode()) != challenge
    assert b"Yours runs no scripts" in again.content
