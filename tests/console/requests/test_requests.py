"""The request log: found by the reference that the person was shown, and told from end to end."""

import pytest

from keyturn.audit import events
from keyturn.outbox.models import Message
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.models import Intake
from tests.console.requests.acts import end, follow_all_up, notices, words_of
from tests.recovery import acts
from tests.recovery.acts import MARAS_EMAIL, ask, recover


@pytest.mark.mission("M0.20")
def test_the_list_says_what_was_decided_and_why(otto, mara, in_movers):
    recover(in_movers)
    recover(in_movers, email="nobody@movers.example")
    page = words_of(otto.get("/console/requests/"))
    assert "Nobody here has this user name or address" in page
    assert "m***@m***.example" in page and "Mara Lind" in page
    assert "nobody@movers.example" not in page


@pytest.mark.mission("M0.20")
def test_a_reference_as_it_was_read_out_goes_to_its_request(otto, mara, in_movers):
    reference = recover(in_movers).reference
    for typed in (reference, reference.lower(), reference.replace("-", " ")):
        answer = otto.get("/console/requests/", {"reference": typed})
        assert (answer.status_code, answer["Location"]) == (303, f"/console/requests/{reference}")


@pytest.mark.parametrize("typed", ["0000-0000", "mara", "'; drop table", "\0", "7" * 500])
def test_a_reference_that_nobody_has_is_told_at_its_field(otto, mara, typed):
    answer = otto.get("/console/requests/", {"reference": typed})
    shown = answer.content.decode()
    assert answer.status_code == 422 and 'id="reference-error"' in shown


@pytest.mark.mission("M0.20", "M0.5")
def test_one_request_from_end_to_end(otto, mara, in_movers):
    recovery = recover(in_movers)
    end(Message.objects.get(purpose="recovery_link"), Message.BOUNCED)
    follow_all_up()
    page = words_of(otto.get(f"/console/requests/{recovery.reference}"))
    for said in (
        "m***@m***.example",
        "Mara Lind",
        "The claim finds a person",
        "holds",
        "Link and code",
        "Bounced",
        "550 5.1.1",
        "The message came back",
        "Revoked",
        "Way back in requested and sent",
    ):
        assert said in page, said


def test_a_request_that_set_a_password_shows_so(otto, mara, in_movers):
    recovery = recover(in_movers)
    acts.redeems(*acts.link_and_code())
    page = words_of(otto.get(f"/console/requests/{recovery.reference}"))
    assert "Completed" in page and "Used: the new password is set" in page and "Password changed" in page


def test_a_refusal_names_the_rule(otto, mara, in_movers):
    recovery = recover(in_movers, email="nobody@movers.example")
    page = words_of(otto.get(f"/console/requests/{recovery.reference}"))
    assert "refused here" in page and "not asked" in page and "Nothing: the request was refused." in page


def test_a_request_that_waits_is_followed_by_the_page(otto, mara, in_movers):
    reference = ask(in_movers, Claim(email=MARAS_EMAIL)).reference
    page = words_of(otto.get(f"/console/requests/{reference}"))
    assert "has not looked at it yet" in page and 'hx-trigger="every 2s"' in page
    Intake.objects.update(resolved_at=Intake.objects.get().created_at, due_at=None)
    assert "could not decide it" in words_of(otto.get(f"/console/requests/{reference}"))


def test_another_tenants_request_is_like_a_missing_one(stranger, mara, in_movers):
    reference = recover(in_movers).reference
    answers = [stranger.get(f"/console/requests/{one}") for one in (reference, "0000-0000", "%00", "x" * 500)]
    assert {answer.status_code for answer in answers} == {404}
    assert stranger.get("/console/requests/", {"reference": reference}).status_code == 422


@pytest.mark.mission("M0.5")
def test_activity_tells_messages_and_events_in_one_line_of_time(otto, mara, in_movers):
    recover(in_movers)
    end(Message.objects.get(purpose="recovery_link"), Message.FAILED)
    page = words_of(otto.get(f"/console/people/{mara.pk}/activity"))
    assert "no such user here" in page and "Way back in requested and sent" in page
    assert page.index("Link and code") < page.index("Person put on record")


def test_activity_goes_on_and_back_without_losing_or_repeating(otto, mara, now):
    notices(mara, 70)
    for number in range(50):
        events.record("person.updated", at=now, actor="owner", subject=f"person:{mara.pk}", number=number)
    seen, path = 0, ""
    for _ in range(4):
        answer = otto.get(f"/console/people/{mara.pk}/activity{path}")
        seen += answer.content.count(b"<li><time")
        before, found, _ = answer.content.decode().partition('" rel="next"')
        if not found:
            break
        path = before.rpartition('href="')[2]
    created = 3  # put on record, and her login opened, and its first password
    assert seen >= 120 + created


def test_activity_of_somebody_elses_person_is_missing(stranger, mara):
    assert stranger.get(f"/console/people/{mara.pk}/activity").status_code == 404
