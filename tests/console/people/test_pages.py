"""The pages about people: each error at its field, nothing typed lost, and nobody of another tenant anywhere."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from keyturn.console.views import people_files
from keyturn.directories import accounts
from keyturn.door import tenancy
from keyturn.enrollment import imports, on_record
from keyturn.enrollment.on_record import By
from keyturn.operators.roles import Role
from keyturn.people import changes, queries
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Import, Person
from keyturn.tenants import scope
from tests import proof
from tests.console.staff import operator, sign_in
from tests.recovery.acts import recover

FORM = {
    "name": "Mara Lind",
    "identifier": "driver-7",
    "status": "active",
    "language": "",
    "email": "mara@movers.example",
    "other_addresses": "mara@home.example",
    "number0": "+14155550101",
    "type0": "sms",
    "number1": "+14155550102",
    "type1": "office",
}


def page_of(person, tab=""):
    return f"/console/people/{person.pk}/{tab}"


def fresh(person):
    return Person.objects.get(pk=person.pk)


def save(browser, person, **changed):
    return browser.post(page_of(person), FORM | {"version": fresh(person).version, "was": "{}"} | changed)


def text(answer):
    return answer.content.decode()


def without_token(answer):
    return re.sub(r'value="\w{64}"|people/[0-9a-f-]{36}', "", text(answer))


# the list and the search


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


# general


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


# mobile user


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


# files, and forgetting


def hand_in(browser, content, **fields):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return browser.post("/console/people/imports/", {"file": SimpleUploadedFile("p.csv", content), **fields})


def test_a_strangers_file_is_not_taken_apart_and_an_operators_needs_its_token(otto, in_movers, monkeypatch):
    kept = []
    monkeypatch.setattr(people_files.Bounded, "receive_data_chunk", lambda self, raw, start: kept.append(raw))
    stranger = Client(enforce_csrf_checks=True, HTTP_HOST="movers.localhost")
    stranger.get("/console/sign-in")
    assert hand_in(stranger, b"x" * 1000)["Location"].startswith("/console/sign-in") and not kept
    otto.handler.enforce_csrf_checks = True
    assert hand_in(otto, b"identifier,name\nvera,Vera Vik\n").status_code == 403
    assert not Import.objects.exists()


def test_a_file_is_tried_then_imported_and_the_report_comes_back(otto, in_movers):
    content = "identifier,name,phone_sms\nvera,Vera Vik,\nx,,\ny,=1+1,12\n".encode("utf-16")
    answer = hand_in(otto, content, is_trial="on")
    assert answer.status_code == 303
    assert "Waiting" in text(otto.get(answer["Location"]))
    imports.step()
    shown = text(otto.get(answer["Location"]))
    assert "Would be created" in shown and "This is needed" in shown and "not a phone number" in shown
    assert not Person.objects.exists()
    report = b"".join(otto.get(answer["Location"] + "/report").streaming_content)
    assert b'"\'=1+1"' in report
    again = hand_in(otto, report.replace(b'"12"', b'"+14155550112"'))
    assert again.status_code == 303
    imports.step()
    assert Person.objects.get().name == "=1+1"
    assert "p.csv" in text(otto.get("/console/people/imports/"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04\xff\xfe\x00\xff", "not text in UTF-8"),
        (b"identifier,name,shoe\n", "no column shoe"),
        (b"identifier,name,name\n", "stands there twice"),
        (b"a," * 100_000, "more than 100 columns"),
        (b"identifier,name\n" + b"x,X\n" * 5_300_000, "larger than 20 MB"),
    ],
    ids=range(6),
)
def test_a_file_that_is_none_is_refused_at_its_field(otto, in_movers, content, sentence):
    answer = hand_in(otto, content)
    assert answer.status_code == 422
    assert sentence in text(answer).partition('id="file-error"')[2].partition("</p>")[0]
    assert not Import.objects.exists()


def test_an_import_can_be_stopped(otto, in_movers):
    answer = hand_in(otto, b"identifier,name\nvera,Vera\n")
    assert otto.post(answer["Location"] + "/cancel").status_code == 303
    assert not imports.step()
    assert "Cancelled" in text(otto.get(answer["Location"]))


def test_an_export_is_neutral_and_is_what_the_list_shows(otto, mara, now):
    changes.create(NewPerson("nils", "=Nils"), now)
    answer = otto.get("/console/people/export?only=no_email")
    content = b"".join(answer.streaming_content).decode()
    assert "attachment" in answer["Content-Disposition"]
    assert "'=Nils" in content and "Mara" not in content


def test_all_that_is_known_is_a_file(otto, mara):
    answer = otto.get(page_of(mara, "known"))
    assert json.loads(answer.content)["person"]["name"] == "Mara Lind"


def test_forgetting_asks_first_and_then_does_it(otto, mara):
    assert "Nobody can bring it back" in text(otto.get(page_of(mara, "forget")))
    assert Person.objects.exists()
    assert otto.post(page_of(mara, "forget"))["Location"] == "/console/people/?notice=forgotten"
    assert not Person.objects.exists()
    assert otto.get(page_of(mara)).status_code == 404


@pytest.mark.parametrize("path", ["", "mobile", "known", "forget"])
def test_somebody_of_another_tenant_is_missing_like_anybody(mara, labs, path):
    stranger = sign_in(operator(labs, role=Role.OWNER))
    other = stranger.get(page_of(mara, path))
    nobody = stranger.get(f"/console/people/00000000-0000-4000-8000-000000000000/{path}")
    assert other.status_code == nobody.status_code == 404
    assert without_token(other) == without_token(nobody)
