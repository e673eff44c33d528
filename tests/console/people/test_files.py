"""Files of people that come and go, what is known of one, forgetting, and nobody of another tenant anywhere."""

import json

import pytest
from django.test import Client

from keyturn.console import file_pages
from keyturn.enrollment import imports
from keyturn.operators.roles import Role
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Import, Person
from tests.console.people.pages import page_of, text, without_token
from tests.console.staff import operator, sign_in


def hand_in(browser, content, **fields):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return browser.post("/console/people/imports/", {"file": SimpleUploadedFile("p.csv", content), **fields})


def test_a_strangers_file_is_not_taken_apart_and_an_operators_needs_its_token(otto, in_movers, monkeypatch):
    kept = []
    monkeypatch.setattr(file_pages.Bounded, "receive_data_chunk", lambda self, raw, start: kept.append(raw))
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
