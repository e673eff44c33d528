"""The forms about one person: each error at its field, nothing typed lost, and who may save."""

import json

import pytest

from keyturn.directories import accounts
from keyturn.enrollment import on_record
from keyturn.enrollment.on_record import By
from keyturn.operators.roles import Role
from keyturn.people import changes, queries
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Person
from keyturn.tenants import scope
from tests.console.people.pages import FORM, fresh, page_of, save, text
from tests.console.staff import operator, sign_in


def test_a_person_is_put_on_record_and_the_first_mail_is_offered(otto, in_movers):
    fields = FORM | {"number1": "", "type1": "sms"}
    answer = otto.post("/console/people/new", fields)
    person = Person.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, page_of(person) + "?notice=created")
    assert accounts.of(person).login == "driver-7"
    shown = text(otto.get(answer["Location"]))
    assert "Send the first password mail now" in shown and f"/console/people/{person.pk}/reset" in shown


@pytest.mark.mission("M0.12", "M0.11")
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "This is needed"),
        ({"name": "x\u202ey"}, "name", "cannot be seen"),
        ({"name": "x" * 5000}, "name", "too long"),
        ({"identifier": ""}, "identifier", "This is needed"),
        ({"identifier": "taken"}, "identifier", "has this user name already"),
        ({"email": "mara"}, "email", "not an email address"),
        ({"email": "taken@movers.example"}, "email", "finds somebody else already"),
        ({"other_addresses": "ok@x.example\nnot one"}, "other_addresses", "not an email address"),
        ({"number1": "12"}, "number1", "not a phone number"),
        ({"number1": "+1 415 555 0102 ext. 7"}, "number1", "extension"),
        ({"number1": "415 555 0177", "type1": "mobile"}, "number1", "taken already"),
        ({"number1": "415 555 0101"}, "number1", "twice"),
        ({"type1": "pager"}, "type1", "no such type"),
        ({"status": "asleep"}, "status", "no such status"),
        ({"language": "tlh"}, "language", "no such language"),
    ],
)
def test_what_cannot_be_saved_is_told_at_its_field_and_nothing_typed_is_lost(otto, mara, now, typed, field, sentence):
    taken = NewPerson("taken", "T", email="taken@movers.example", phones=(NewPhone("+14155550177"),))
    changes.create(taken, now)
    answer = save(otto, mara, **({"name": "Mara Typed"} | typed))
    assert answer.status_code == 422
    at_field = text(answer).partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert sentence in at_field
    if "name" not in typed:
        assert 'value="Mara Typed"' in text(answer)
    assert fresh(mara).name == "Mara Lind"


def test_a_number_of_another_tenant_is_refused_and_names_nobody(otto, mara, labs, now):
    with scope.inside(labs.id):
        changes.create(NewPerson("olga", "Olga Secret", phones=(NewPhone("+14155550177"),)), now)
    answer = save(otto, mara, number1="+14155550177", type1="sms")
    assert answer.status_code == 422
    assert "taken already" in text(answer) and "Olga" not in text(answer) and "Labs" not in text(answer)


@pytest.mark.mission("M4.8")
def test_a_saved_form_renames_the_login(otto, mara):
    answer = save(otto, mara, identifier="mara.lind", number1="")
    assert answer["Location"] == page_of(mara) + "?notice=saved"
    assert accounts.of(mara).login == "mara.lind"
    assert text(otto.get(answer["Location"])).count('type="tel"') == 2


def test_a_field_sent_twice_or_as_something_else_breaks_nothing(otto, mara):
    fields = FORM | {"version": "x" * 50, "was": "[1", "name": ["a", "b"], "needs_second_operator": "on"}
    assert otto.post(page_of(mara), fields).status_code in (409, 422)
    assert otto.post(page_of(mara), {}).status_code == 409
    assert fresh(mara).name == "Mara Lind"


def test_whoever_saves_second_sees_what_the_first_changed_and_keeps_what_was_typed(otto, mara, now):
    seen, was = fresh(mara).version, json.dumps(FORM)
    on_record.change(mara, on_record.General("driver-7", "Mara Berg", "active", "es"), seen, By("operator:x", now))
    answer = save(otto, mara, version=seen, was=was, email="typed@movers.example")
    assert answer.status_code == 409
    shown = text(answer)
    assert "Somebody else saved meanwhile" in shown and "Mara Berg" in shown
    assert 'value="typed@movers.example"' in shown and 'value="Mara Berg"' in shown
    assert fresh(mara).name == "Mara Berg"
    assert f'name="version" value="{fresh(mara).version}"' in shown


def test_an_auditor_looks_on(auditor, mara):
    assert "disabled" in text(auditor.get(page_of(mara)))
    assert save(auditor, mara, name="X").status_code == 403
    assert auditor.get("/console/people/new").status_code == 403
    assert auditor.get("/console/people/imports/").status_code == 403
    assert auditor.get(page_of(mara, "forget")).status_code == 403


def test_nobody_changes_an_operator_of_their_rank_or_above(in_movers, mara):
    operator(in_movers, "boss", role=Role.OWNER, email="MARA@movers.example")
    browser = sign_in(operator(in_movers, role=Role.ADMINISTRATOR))
    assert save(browser, mara, name="X").status_code == 403
    assert browser.post(page_of(mara, "mobile"), {"version": 0}).status_code == 403
    assert browser.post(page_of(mara, "forget")).status_code == 403
    assert browser.post(page_of(mara, "restore")).status_code == 403
    assert fresh(mara).name == "Mara Lind"


def test_helpdesk_may_not_take_the_mark_of_a_second_operator_away(in_movers, mara):
    Person.objects.update(needs_second_operator=True)
    browser = sign_in(operator(in_movers, role=Role.HELPDESK))
    assert save(browser, mara, name="Mara Changed").status_code == 303
    assert (fresh(mara).needs_second_operator, fresh(mara).name) == (True, "Mara Changed")


def test_an_address_that_bounced_can_be_trusted_again(otto, mara, now):
    changes.remember_bounce(queries.main_email(mara).pk, now)
    assert "It takes mail again" in text(otto.get(page_of(mara)))
    assert otto.post(page_of(mara, "restore")).status_code == 303
    assert fresh(mara).can_be_reached


@pytest.mark.mission("M0.8")
def test_the_mobile_switch_and_the_provider_are_saved(otto, mara, provider):
    fields = {"allowed": "on", "provider": str(provider.pk), "version": fresh(mara).version}
    assert otto.post(page_of(mara, "mobile"), fields).status_code == 303
    assert (fresh(mara).allow_mobile_password_reset, fresh(mara).cell_provider_id) == (True, provider.pk)
    answer = otto.post(page_of(mara, "mobile"), fields | {"allowed": ""})
    assert answer.status_code == 409 and "Somebody else saved meanwhile" in text(answer)
    assert otto.post(page_of(mara, "mobile"), fields | {"provider": "x"}).status_code == 422


@pytest.mark.mission("M0.6")
def test_the_mobile_tab_says_what_to_do_where_manual_entry_is_off(otto, mara, movers):
    assert f"/console/people/{mara.pk}/enter" in text(otto.get(page_of(mara, "mobile")))
    movers.allow_manual_entry = False
    movers.save()
    shown = text(otto.get(page_of(mara, "mobile")))
    assert "/enter" not in shown and "send a link instead" in shown
