"""Whoever is forgotten stands nowhere any more, and whoever asks gets all that is known but no secret."""

import json
from datetime import timedelta

import pytest
from django.apps import apps

from keyturn.audit import chain
from keyturn.audit.models import Event
from keyturn.directories import accounts
from keyturn.directories.models import StoredPassword
from keyturn.enrollment import forgetting, imports, mailing, on_record, posting_pins
from keyturn.enrollment.imports import Upload
from keyturn.enrollment.models import SignUp
from keyturn.outbox import posting
from keyturn.outbox.models import Attempt, Message
from keyturn.outbox.posting import Letter
from keyturn.people import changes
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import CompanyException, Permission, Person, PersonPermission, PersonProfile, Route
from keyturn.people.rights import holding
from keyturn.recovery.models import Intake, Recovery
from keyturn.tenants.scope import TenantModel
from tests.enrollment.acts import PIAS_EMAIL, issue, sign_up
from tests.enrollment.conftest import OTTO
from tests.people.rights.conftest import VERAS, add_catalogue
from tests.recovery.acts import recover

TRACES = ("Mara", "Lind", "driver-7", "mara@movers.example", "mara@home.example", "5550101", "5550102")
MARAS_PASSWORD = "orange bicycle under snow"


@pytest.fixture
def lived(mara, movers, now):
    """Mara with a life behind her: a password, a recovery under way, a refused message, a file that named her."""
    accounts.set_first_password(accounts.of(mara), MARAS_PASSWORD, now)
    recovery = recover(movers, email="mara@movers.example")
    Recovery.objects.filter(pk=recovery.pk).update(
        words="550 mara@movers.example: no such user", source="203.0.113.7"
    )
    message = Message.objects.get(person=mara)
    Attempt.objects.create(message=message, at=now, profile="p", outcome="refused", reply="550 mara@movers.example")
    file = b"identifier,name\ndriver-7,Mara Lind\n"
    imports.start(Upload(file, "people.csv", True, 30), on_record.By(OTTO, now))
    imports.step()
    return mara


def everything():
    """Every row of every table of a tenant, as a reader of the database sees it."""
    models = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    rows = [row for model in [*models, Route, Intake] for row in model.objects.values_list()]
    return " ".join(
        bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
        for row in rows
        for value in row
    )


def test_before_she_is_forgotten_she_stands_in_many_places(lived):
    """The control of the search below."""
    assert all(trace in everything() for trace in TRACES)


def test_whoever_is_forgotten_stands_nowhere(lived, now):
    forgetting.forget(lived, now, actor=OTTO)
    left = everything()
    assert [trace for trace in (*TRACES, "203.0.113.7") if trace in left] == []


def test_the_facts_stay_and_the_chain_holds(lived, now):
    before = Event.objects.count()
    forgetting.forget(lived, now, actor=OTTO)
    assert Event.objects.count() == before + 2
    event = Event.objects.get(action="person.forgotten")
    assert (event.actor, event.data) == (OTTO, {"messages": 1, "recoveries": 1})
    closed = chain.close(lived.tenant_id)
    assert chain.verify(lived.tenant_id) == closed == before + 2
    assert Recovery.objects.get().reference


@pytest.mark.mission("M2.13")
def test_whoever_came_by_a_pin_and_had_one_mailed_stands_nowhere(lived, open_to_all, otto, now):
    """Pia came by Mara's PIN, and had Nils's mailed to her as well."""
    pia = sign_up(open_to_all, issue(lived).text).person
    nils = changes.create(NewPerson("nils", "Nils Holm", email="nils@movers.example"), now)
    asked = mailing.ask(issue(nils).pin, PIAS_EMAIL, otto, now)
    mailing.ask(asked.pin, PIAS_EMAIL, otto, now)
    posting_pins.step()
    assert PIAS_EMAIL in everything()
    forgetting.forget(Person.objects.get(pk=pia.pk), now, actor=OTTO)
    assert PIAS_EMAIL not in everything()
    assert SignUp.objects.get().state == SignUp.VANISHED
    assert not Message.objects.filter(purpose="pin_code", state__in=Message.WAITING).exists()


@pytest.mark.mission("M2.7")
def test_what_is_handed_out_tells_of_pins_and_sign_ups_but_no_secret(mara, open_to_all, otto, now):
    given = issue(mara)
    mailing.ask(given.pin, "mara@movers.example", otto, now)
    made = sign_up(open_to_all, given.text).person
    handed = json.dumps(forgetting.known(mara))
    assert '"max_uses": 1' in handed and "pin_mailings" in handed
    assert given.text not in handed and given.pin.selector not in handed and given.pin.secret_hash not in handed
    assert len(forgetting.known(made)["sign_ups"]) == len(forgetting.known(made)["came_by"]) == 1


def test_a_waiting_message_of_hers_never_leaves(lived, now):
    forgetting.forget(lived, now, actor=OTTO)
    message = Message.objects.get()
    assert (message.state, message.sealed, message.person_id, message.address_id) == ("cancelled", None, None, None)


def test_number_and_address_are_free_again(lived, now, by):
    forgetting.forget(lived, now, actor=OTTO)
    again = NewPerson("driver-7", "M", email="mara@movers.example", phones=(NewPhone("+14155550101"),))
    on_record.create(again, by)


def test_what_somebody_may_do_is_known_and_forgotten(lived, now):
    add_catalogue(now)
    holding.give(lived, VERAS, now, actor=OTTO)
    assert forgetting.known(lived)["rights"] == {
        "permissions": ["dispatch", "drive", "export"],
        "profiles": ["dispatcher"],
        "company_exceptions": [
            {"company": "Harbour Freight", "effect": "allow"},
            {"company": "Night Vans", "effect": "deny"},
        ],
    }
    forgetting.forget(lived, now, actor=OTTO)
    assert not any(table.objects.exists() for table in (PersonPermission, PersonProfile, CompanyException))
    assert Permission.objects.count() == 4


def test_all_that_is_known_is_handed_out_and_no_secret(lived):
    known = forgetting.known(lived)
    text = json.dumps(known)
    assert all(trace in text for trace in TRACES)
    assert known["requests"][0]["words"].startswith("550")
    assert {kind for kind, lines in known.items() if lines} >= {
        "accounts",
        "tickets",
        "messages",
        "events",
        "attempts",
    }
    hash = StoredPassword.objects.get().hash
    ticket = apps.get_model("recovery", "Ticket").objects.get()
    for secret in (MARAS_PASSWORD, hash, "argon2", ticket.verifier_hash, ticket.code_tag, ticket.selector, "sealed"):
        assert secret not in text


def test_what_went_to_her_address_while_it_was_on_nobodys_record_is_hers(lived, now):
    """A PIN or a notice may have gone there before she came on record, in other capitals."""
    deadline = now + timedelta(hours=1)
    for address in ("MARA@movers.example", "somebody@else.example"):
        posting.post_elsewhere(Letter("sign_up_taken", address, {}, deadline), now=now)
    Message.objects.filter(elsewhere__startswith="MARA").update(last_reply="550 no MARA@movers.example")
    assert "MARA@movers.example" in str(forgetting.known(lived)["messages"])
    assert "somebody@else.example" not in str(forgetting.known(lived))
    forgetting.forget(lived, now, actor="operator:otto")
    assert "mara@movers" not in str(list(Message.objects.values())).lower()
    assert Message.objects.filter(elsewhere="somebody@else.example", state=Message.QUEUED).exists()
    assert Message.objects.filter(state=Message.CANCELLED, elsewhere="", person=None).exists()
