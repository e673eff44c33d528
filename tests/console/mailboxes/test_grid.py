"""The grid of mailboxes and the page of one: what stands there, what narrows it, what an operator may do."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.monitoring import sweeps
from keyturn.monitoring.core.verdict import Verdict
from keyturn.monitoring.models import HostTrouble, Mailbox, Sighting
from keyturn.operators.roles import Role
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.tenants import scope
from tests.console.staff import operator, sign_in
from tests.monitoring import boxes

LIST = "/console/mailboxes/"


@pytest.fixture
def suspended(mara, now):
    words = {"state": Mailbox.SUSPENDED, "suspended_by": Mailbox.BY_WATCH, "code": "authentication_failed"}
    return boxes.mailbox(mara, now, "Sales", refusals=3, due_at=None, suspended_at=now, protocol="pop3", **words)


def shown(browser, query="", status=200) -> str:
    answer = browser.get(LIST + query)
    assert answer.status_code == status
    return answer.content.decode()


def ticked(browser, do, *ids, query=""):
    return browser.post(f"{LIST}act{query}", {"do": do, "ids": [str(one) for one in ids]})


@pytest.mark.mission("M1.14")
def test_the_grid_tells_account_owner_protocol_user_name_state_checks_and_failures(otto, box, suspended):
    words = shown(otto)
    for told in ("Work mail", "Mara Lind", "IMAP", "POP3", "mara", "Works", "Last checked", "Next check", "Failures"):
        assert told in words
    assert (
        f"{box.checked_at:%Y-%m-%d %H:%M}" in words and '<td class="is-number" data-label="Failures">3</td>' in words
    )


@pytest.mark.mission("M1.5")
def test_a_suspended_one_is_red_with_the_word_and_a_stop_sign(otto, suspended):
    for words in (shown(otto), otto.get(f"{LIST}{suspended.pk}").content.decode()):
        badge = words.partition('<span class="badge is-bad">')[2].partition("</span>")[0]
        assert badge.startswith("<svg") and "M7 2.5h6L17.5 7v6L13 17.5" in badge and badge.endswith("Suspended")
    assert 'class="is-suspended"' in shown(otto)


@pytest.mark.mission("M1.14")
@pytest.mark.parametrize(
    ("query", "accounts"),
    [
        ("?state=suspended", {"Sales"}),
        ("?protocol=imap", {"Work mail"}),
        ("?q=sal", {"Sales"}),
        ("?q=mara+li", {"Sales", "Work mail"}),
        ("?q=mail.movers", {"Sales", "Work mail"}),
        ("?q=nobody", set()),
        ("?q=%25", set()),
    ],
)
def test_it_is_filtered_and_searched(otto, box, suspended, query, accounts):
    words = shown(otto, query)
    assert {name for name in ("Sales", "Work mail") if f">{name}</a>" in words} == accounts


def test_the_owners_page_of_mailboxes_is_the_grid_of_one_person(otto, box, mara, now):
    nils = changes.create(NewPerson("nils@movers.example", "Nils Holm"), now)
    boxes.mailbox(nils, now, "Nils's mail")
    assert "Work mail" in shown(otto, f"?person={mara.pk}") and "Nils" not in shown(otto, f"?person={mara.pk}")


@pytest.mark.parametrize("query", ["?state=red", "?protocol=x", "?person=7", "?q=%00"])
def test_what_cannot_be_filtered_is_said_at_its_field(otto, box, query):
    shown(otto, query, 422)


def test_it_has_pages(otto, mara, now):
    for number in range(52):
        boxes.mailbox(mara, now, f"Box {number:02}")
    words = shown(otto)
    assert "Box 49" in words and "Box 50" not in words and 'rel="next"' in words


def test_a_page_of_it_is_read_along_an_index_however_many_there_are(otto, box):
    with CaptureQueriesContext(connection) as read:
        shown(otto)
    listed = [one["sql"] for one in read if "monitoring_mailbox" in one["sql"] and "ORDER BY" in one["sql"]]
    assert len(listed) == 1 and "people_person" not in listed[0]  # joined, SQLite would read all people first


@pytest.mark.mission("M1.14")
def test_ticked_ones_are_checked_suspended_and_resumed(otto, mara, box, now):
    later = boxes.mailbox(mara, now, "Later", due_at=now + timedelta(minutes=20))
    answer = ticked(otto, "check", box.pk, later.pk, query="?state=fine")
    assert answer["Location"] == f"{LIST}?state=fine&done=check&many=1"
    assert "1 mailbox is due now." in otto.get(answer["Location"]).content.decode()
    assert Mailbox.objects.get(pk=later.pk).due_at <= clock.now()
    ticked(otto, "suspend", box.pk, later.pk)
    for one in Mailbox.objects.all():
        assert (one.state, one.suspended_by, one.due_at) == (Mailbox.SUSPENDED, Mailbox.BY_OPERATOR, None)
    ticked(otto, "resume", later.pk)
    assert Mailbox.objects.get(pk=later.pk).due_at and Mailbox.objects.get(pk=box.pk).state == Mailbox.SUSPENDED


@pytest.mark.parametrize("ids", [[], ["x"], ["\0"], ["7" * 5000]])
def test_ticks_that_are_none_do_nothing(otto, box, ids):
    answer = ticked(otto, "suspend", *ids)
    assert answer.status_code == 303 and Mailbox.objects.get().state == Mailbox.FINE


def test_what_nobody_offers_is_not_there(otto, box):
    assert ticked(otto, "destroy", box.pk).status_code == 404
    assert otto.post(f"{LIST}{box.pk}/act", {"do": "destroy"}).status_code == 404


@pytest.mark.mission("M1.14")
def test_a_mailboxs_page_draws_its_last_checks(otto, box, now):
    kinds = ("accepted", "rejected", "unreachable", "unclear")
    for number, verdict in enumerate(kinds):
        at = now - timedelta(minutes=30 * number)
        Sighting.objects.create(mailbox=box, at=at, verdict=verdict, code="timeout", milliseconds=10**number)
    words = otto.get(f"{LIST}{box.pk}").content.decode()
    for kind in ("ok", "bad", "quiet", "warn"):
        assert f"check-bar is-{kind}" in words
    assert "1 accepted, 1 wrong, 1 refused without a word why, 1 without a word about the password." in words
    assert "The server did not answer in time." in words and "mail.movers.example:993" in words


def test_its_page_says_that_its_owner_can_be_told_nowhere_else_and_of_a_server_in_trouble(otto, box, mara, now):
    alone, trouble = "no other address or number on record", "Many mailboxes of this server fail together"
    before = shown(otto, f"{box.pk}")
    assert alone in before and trouble not in before
    changes.set_other_addresses(mara, ["mara@home.example"], now)
    HostTrouble.objects.create(host=box.host, began_at=now, failing=9)
    after = shown(otto, f"{box.pk}")
    assert alone not in after and trouble in after


def test_no_secret_stands_on_any_page(otto, box, now):
    words = shown(otto) + otto.get(f"{LIST}{box.pk}").content.decode()
    assert boxes.SECRET not in words


def test_one_is_acted_on_from_its_page(otto, box):
    answer = otto.post(f"{LIST}{box.pk}/act", {"do": "suspend"})
    assert answer["Location"] == f"{LIST}{box.pk}?done=suspend"
    assert "Suspended: it is not checked" in otto.get(answer["Location"]).content.decode()
    again = otto.post(f"{LIST}{box.pk}/act", {"do": "suspend"})
    assert again["Location"].endswith("done=nothing")
    assert Event.objects.filter(action="mailbox.suspended").count() == 1


@pytest.mark.mission("M1.13")
def test_an_operator_lets_the_owner_in_once_without_the_old_password(otto, box):
    otto.post(f"{LIST}{box.pk}/let-in", {"do": "give"})
    assert Mailbox.objects.get().may_mend_blind_until > clock.now()
    assert "Ask for the old password again" in otto.get(f"{LIST}{box.pk}").content.decode()
    otto.post(f"{LIST}{box.pk}/let-in", {"do": "end"})
    assert Mailbox.objects.get().may_mend_blind_until is None


def test_an_auditor_looks_and_does_nothing(movers, box):
    browser = sign_in(operator(movers, "ada", Role.AUDITOR))
    assert "Work mail" in shown(browser) and 'type="checkbox"' not in shown(browser)
    assert ticked(browser, "suspend", box.pk).status_code == 403
    assert browser.post(f"{LIST}{box.pk}/let-in").status_code == 403
    assert Mailbox.objects.get().state == Mailbox.FINE


def test_another_tenants_mailboxes_are_not_there(otto, labs, now):
    with scope.inside(labs.id):
        nils = changes.create(NewPerson("nils@labs.example", "Nils Holm"), now)
        theirs = boxes.mailbox(nils, now, "Labs mail")
    assert "Labs mail" not in shown(otto) and otto.get(f"{LIST}{theirs.pk}").status_code == 404
    ticked(otto, "suspend", theirs.pk)
    with scope.inside(labs.id):
        assert Mailbox.objects.get().state == Mailbox.FINE


def test_how_far_the_checking_came(otto, mara, now):
    boxes.mailbox(mara, now, "Done", due_at=now + timedelta(minutes=20))
    boxes.mailbox(mara, now, "Waits", checked_at=now - timedelta(hours=1), due_at=now - timedelta(minutes=1))
    sweeps.count([Verdict.ACCEPTED], now)
    words = shown(otto)
    assert "In the last 30 minutes 1 were checked" in words and "1 is due." in words
    assert "About 3 minutes left." in words
    followed = shown(otto, "progress")
    assert "About 3 minutes left." in followed and "<html" not in followed


def test_all_that_is_known_of_a_person_has_their_mailboxes_and_no_secret(otto, mara, box, now):
    Sighting.objects.create(mailbox=box, at=now, verdict="accepted", code="signed_in", milliseconds=7)
    words = otto.get(f"/console/people/{mara.pk}/known").content.decode()
    known = json.loads(words)
    assert known["mailboxes"][0]["username"] == "mara" and known["checks"][0]["code"] == "signed_in"
    assert boxes.SECRET not in words and not {"sealed", "verifier", "sealed_with"} & set(known["mailboxes"][0])
