"""The reset dialog: what stands in the way is said first, errors stand at their field, nothing secret is shown."""

import re

import pytest
from django.test import Client

from keyturn.audit.models import Event
from keyturn.directories.models import TemporaryPassword
from keyturn.door import tenancy
from keyturn.lib import clock
from keyturn.operators.roles import Role
from keyturn.outbox.models import Message
from keyturn.people.models import Address, Person
from keyturn.recovery.models import Approval, CallerCheck, Recovery
from tests.console.staff import PASSWORD, operator, sign_in
from tests.recovery import acts
from tests.recovery.desk import TOLD, WHY, set_tenant


def at(person, rest: str = "reset") -> str:
    return f"/console/people/{person.pk}/{rest}"


def words(answer) -> str:
    """The page as it reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def follows(browser: Client, answer):
    assert answer.status_code == 303, words(answer)
    return browser.get(answer["Location"])


@pytest.mark.mission("M3.2")
def test_yes_sends_the_mail_and_says_where_and_to_look_in_spam(mara, account, desk):
    assert "Reset password" in words(desk.get(at(mara, "account")))
    assert "m***@m***.example" in words(desk.get(at(mara)))
    after = words(follows(desk, desk.post(at(mara), {"note": WHY})))
    assert "on its way to m***@m***.example" in after and "spam" in after
    assert Recovery.objects.get().reference in after
    assert Message.objects.filter(purpose="recovery_link").count() == 1


def test_a_reset_without_a_reason_is_refused_at_its_field(mara, account, desk):
    answer = desk.post(at(mara), {"note": " ", "compromised": "on"})
    assert answer.status_code == 422 and "Say why" in words(answer)
    assert b'name="compromised" checked' in answer.content
    assert not Message.objects.exists()


@pytest.mark.parametrize("note", ["x" * 201, "a\0b", "<script>alert(1)</script>", "=1+1", "\u202e", "a" * 10**6])
def test_hostile_reasons_break_nothing(mara, account, desk, note):
    answer = desk.post(at(mara), {"note": note})
    assert answer.status_code in (303, 400, 413, 422)
    assert b"<script>alert(1)" not in answer.content


def test_a_field_sent_twice_is_refused(mara, account, desk):
    assert desk.post(at(mara), {"note": [WHY, "other"]}).status_code == 422


@pytest.mark.mission("M3.4", "M0.6")
def test_a_password_told_on_the_telephone(mara, account, desk):
    after = words(follows(desk, desk.post(at(mara, "enter"), {"note": WHY, "new_password": TOLD})))
    assert "works now" in after and "must be replaced" in after and TOLD not in after
    assert TemporaryPassword.objects.get().channel == "told"


@pytest.mark.mission("M3.5")
def test_a_weak_one_says_what_is_missing_at_its_field_and_keeps_the_reason(mara, account, desk):
    answer = desk.post(at(mara, "enter"), {"note": WHY, "new_password": "password1"})
    assert answer.status_code == 422 and WHY in answer.content.decode()
    assert "At least 12 characters" in words(answer) or "12" in words(answer)
    assert "password1" not in answer.content.decode()
    assert not TemporaryPassword.objects.exists()


@pytest.mark.mission("M3.3")
def test_switched_off_the_choice_does_not_exist(mara, account, desk, in_movers):
    assert "Enter a new password" in words(desk.get(at(mara)))
    set_tenant(in_movers, allow_manual_entry=False)
    tenancy._kept.clear()
    assert "Enter a new password" not in words(desk.get(at(mara)))
    assert desk.get(at(mara, "enter")).status_code == 404
    assert desk.post(at(mara, "enter"), {"note": WHY, "new_password": TOLD}).status_code == 404


@pytest.mark.mission("M3.7")
def test_the_tick_box_temporary_is_there_where_it_is_a_choice(mara, account, desk, in_movers):
    assert b'name="temporary"' not in desk.get(at(mara, "enter")).content
    set_tenant(in_movers, manual_entry_always_temporary=False)
    assert b'name="temporary" checked' in desk.get(at(mara, "enter")).content
    desk.post(at(mara, "enter"), {"note": WHY, "new_password": TOLD})
    assert Recovery.objects.get().state == Recovery.COMPLETED


@pytest.mark.mission("M4.5")
def test_the_meter_answers_with_what_is_known_of_the_person(mara, account, desk):
    assert "Excellent" in words(desk.post(at(mara, "strength"), {"new_password": TOLD}))
    assert "Poor" in words(desk.post(at(mara, "strength"), {"new_password": "maralind1"}))
    assert (
        desk.post(at(mara, "strength"), {"new_password": "\ud800".encode("utf-8", "surrogatepass")}).status_code
        == 200
    )


def code_sent(kind: str = "caller_check") -> str:
    return acts.values_of(Message.objects.filter(purpose=kind).latest("created_at"))["CODE"]


def test_the_caller_reads_out_a_code_and_the_record_says_so(mara, account, desk, in_movers):
    set_tenant(in_movers, caller_check="required")
    assert "Yes, send it" not in words(desk.get(at(mara)))
    home = Address.objects.get(person=mara, kind=Address.PHONE)
    page = follows(desk, desk.post(at(mara, "reset/caller"), {"address": str(home.pk)}))
    assert "•••01" in words(page) and code_sent() not in page.content.decode()
    check = CallerCheck.objects.get()
    wrong = desk.post(at(mara, f"reset/caller/{check.pk}"), {"code": acts.other_than(code_sent())})
    assert wrong.status_code == 422 and "2 tries are left" in words(wrong)
    right = follows(desk, desk.post(at(mara, f"reset/caller/{check.pk}"), {"code": code_sent()}))
    assert "Checked" in words(right)
    follows(desk, desk.post(at(mara), {"note": WHY}))
    assert Recovery.objects.get().caller_checked


@pytest.mark.parametrize("address", ["", "x", "0" * 36, ["a", "b"]])
def test_a_made_up_address_gets_no_code(mara, account, desk, in_movers, address):
    set_tenant(in_movers, caller_check="recommended")
    answer = desk.post(at(mara, "reset/caller"), {"address": address})
    assert answer.status_code == 422 and "Choose another address" in words(answer)
    assert not CallerCheck.objects.exists()


def test_where_there_is_no_caller_check_there_is_no_such_page(mara, account, desk):
    assert desk.post(at(mara, "reset/caller"), {}).status_code == 404
    assert desk.post(at(mara, "elsewhere/caller"), {}).status_code == 404


def test_a_second_operator_agrees_and_the_mail_goes(mara, account, desk, olga, in_movers):
    set_tenant(in_movers, second_operator="all")
    assert "Ask a second operator" in words(desk.get(at(mara)))
    assert "A second operator is asked" in words(follows(desk, desk.post(at(mara), {"note": WHY})))
    assert not Message.objects.exists()
    other = sign_in(olga)
    assert WHY in words(other.get("/console/approvals/"))
    approval = Approval.objects.get()
    own = follows(desk, desk.post(f"/console/approvals/{approval.pk}/agree"))
    assert "your own wish" in words(own)
    agreed = follows(other, other.post(f"/console/approvals/{approval.pk}/agree"))
    assert "on its way" in words(agreed)
    assert Message.objects.filter(purpose="recovery_link").count() == 1


def test_a_password_waits_for_the_agreement_not_the_other_way_round(mara, account, desk, olga, in_movers):
    set_tenant(in_movers, second_operator="all")
    page = follows(desk, desk.post(at(mara, "enter"), {"note": WHY, "new_password": TOLD}))
    assert "A second operator is asked" in words(page) and b'id="new_password"' not in page.content
    other = sign_in(olga)
    other.post(f"/console/approvals/{Approval.objects.get().pk}/agree")
    assert "olga agreed" in words(desk.get(at(mara, "enter")))
    follows(desk, desk.post(at(mara, "enter"), {"new_password": TOLD}))
    assert Recovery.objects.get().note == WHY


def test_whoever_asked_can_take_it_back(mara, account, desk, in_movers):
    set_tenant(in_movers, second_operator="all")
    desk.post(at(mara), {"note": WHY})
    follows(desk, desk.post(f"/console/approvals/{Approval.objects.get().pk}/decline"))
    assert "Ask a second operator" in words(desk.get(at(mara)))


def test_a_superior_is_not_reset_and_the_page_says_so(mara, account, desk, in_movers):
    operator(in_movers, "mara", Role.OWNER, acts.MARAS_EMAIL)
    assert "of your rank or above" in words(desk.get(at(mara)))
    assert desk.post(at(mara), {"note": WHY}).status_code == 422
    for path in ("sessions/end",):
        assert "of your rank or above" in words(follows(desk, desk.post(at(mara, path))))
    assert not Event.objects.filter(action__in=["sessions.ended", "reset.sent"]).exists()


def test_a_bounced_address_is_said_with_the_way_out(mara, account, desk):
    Address.objects.filter(is_main=True).update(bounced_at=clock.now())
    page = words(desk.get(at(mara)))
    assert "came back" in page and "Yes, send it" not in page and "Enter a new password" in page


@pytest.mark.parametrize("path", ["reset", "enter", "strength", "sessions/end", "reset/caller"])
def test_auditors_may_not(mara, account, in_movers, path):
    auditor = sign_in(operator(in_movers, "ada", Role.AUDITOR))
    assert auditor.post(at(mara, path), {"note": WHY}).status_code == 403


@pytest.mark.parametrize("path", ["reset", "enter", "strength", "sessions/end"])
def test_a_form_from_elsewhere_resets_nobody(mara, account, otto, path):
    """C86, with the operator's cookies."""
    browser = Client(HTTP_HOST="movers.localhost", enforce_csrf_checks=True)
    browser.cookies = sign_in(otto).cookies
    for headers in ({}, {"HTTP_ORIGIN": "https://evil.example"}):
        answer = browser.post(at(mara, path), {"note": WHY, "new_password": TOLD}, **headers)
        assert answer.status_code == 403
    assert not Message.objects.exists() and not TemporaryPassword.objects.exists()


def test_another_tenants_person_is_missing_like_nobody(mara, account, labs):
    spy = operator(labs, "spy", Role.OWNER)
    browser = sign_in(spy)
    for path in ("account", "reset", "enter", "readiness"):
        missing = browser.get(f"/console/people/{labs.pk}/{path}")
        assert browser.get(at(mara, path)).status_code == missing.status_code == 404
    for path in ("reset", "enter", "strength", "sessions/end", f"tickets/{mara.pk}/revoke"):
        assert browser.post(at(mara, path), {"note": WHY, "new_password": TOLD}).status_code == 404
    assert not Message.objects.exists()


def test_no_page_and_no_record_ever_holds_what_keyturn_made(mara, account, desk, in_movers):
    """Canaries: every code and link, over every page of the desk and the whole audit."""
    set_tenant(in_movers, caller_check="recommended")
    home = Address.objects.get(person=mara, kind=Address.PHONE)
    seen = [desk.post(at(mara, "reset/caller"), {"address": str(home.pk)})]
    code = code_sent()
    seen += [desk.get(at(mara)), desk.post(at(mara), {"note": WHY})]
    token, link_code = acts.link_and_code()
    acts.recover(in_movers, phone=acts.MARAS_PHONE, method="temporary_password")
    drawn = [acts.values_of(one)["PASSWORD"] for one in Message.objects.filter(purpose="temporary_password")]
    seen += [desk.get(at(mara, path)) for path in ("account?done=sent", "reset", "enter", "readiness")]
    seen += [desk.get("/console/approvals/"), desk.get("/console/readiness/")]
    everything = "".join(one.content.decode() for one in seen) + repr(list(Event.objects.values()))
    secrets = [token, token[16:], *drawn]
    assert drawn and not [one for one in secrets if one in everything]
    assert not re.search(rf"\b({code}|{link_code})\b", everything)
    assert PASSWORD not in everything and Person.objects.filter(pk=mara.pk).exists()
