"""A mailbox put on record in the console, changed and taken off; and whose mailboxes an operator leaves alone."""

import pytest

from keyturn.audit.models import Event
from keyturn.monitoring import sealing
from keyturn.monitoring.models import Mailbox
from keyturn.operators.roles import Role
from keyturn.outbox.models import Trial
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from tests.console.staff import operator, sign_in
from tests.monitoring import boxes

TYPED = {
    "version": "0",
    "name": "Sales",
    "protocol": "pop3",
    "host": "POP.Movers.Example",
    "port": "",
    "tls": "implicit",
    "username": "sales@movers.example",
    "method": "password",
    "secret": boxes.SECRET,
    "sending_host": "",
    "sending_port": "",
    "sending_tls": "implicit",
}
AS_IT_IS = {"name": "Work mail", "protocol": "imap", "host": "mail.movers.example", "port": "993", "username": "mara"}
AS_IT_IS = TYPED | AS_IT_IS | {"version": "1", "secret": ""}


def add(browser, person, **typed):
    return browser.post(f"/console/people/{person.pk}/mailboxes/new", TYPED | typed)


def change(browser, box, **typed):
    return browser.post(f"/console/mailboxes/{box.pk}/change", AS_IT_IS | typed)


def told_at(answer, field) -> str:
    words = answer.content.decode()
    return words.partition(f'id="{field}-error"')[2].partition("</p>")[0]


@pytest.mark.mission("M1.1")
def test_one_is_put_on_record_at_the_usual_port_and_is_due_at_once(otto, mara):
    answer = add(otto, mara, sending_host="out.movers.example", sending_tls="starttls")
    kept = Mailbox.objects.get()
    assert answer["Location"] == f"/console/mailboxes/{kept.pk}?done=added"
    assert (kept.host, kept.port, kept.sending_port) == ("pop.movers.example", 995, 587)
    assert (kept.state, kept.due_at is not None) == (Mailbox.NEW, True)
    assert sealing.open(kept) == boxes.SECRET and sealing.fits(kept, boxes.SECRET)
    assert boxes.SECRET not in otto.get(answer["Location"]).content.decode() + str(Event.objects.values_list("data"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Work mail"}, "name"),
        ({"host": "a b"}, "host"),
        ({"host": b"\xed\xb2\x80"}, "host"),
        ({"port": "0"}, "port"),
        ({"port": "nine"}, "port"),
        ({"port": "9" * 5000}, "port"),
        ({"username": "a\0b"}, "username"),
        ({"secret": "a\r\nb"}, "secret"),
        ({"secret": "x" * 20_000}, "secret"),
        ({"method": "xoauth2", "secret": "two words"}, "secret"),
        ({"protocol": "gopher"}, "protocol"),
        ({"tls": ""}, "tls"),
        ({"sending_host": "out.example", "sending_port": "x"}, "sending_port"),
    ],
    ids=range(14),
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_typed_is_lost(otto, mara, box, typed, field):
    answer = add(otto, mara, **typed)
    assert answer.status_code == 422 and Mailbox.objects.count() == 1
    assert told_at(answer, field)
    assert boxes.SECRET not in answer.content.decode()
    assert 'value="sales@movers.example"' in answer.content.decode() or "username" in typed


@pytest.mark.mission("M1.1")
@pytest.mark.parametrize(
    "typed", [{"host": "evil.example"}, {"username": "mallory"}, {"port": "143", "tls": "starttls"}]
)
def test_another_place_wipes_the_password_and_says_so_before(otto, box, typed):
    asked = change(otto, box, **typed)
    assert asked.status_code == 422 and "wipes it" in told_at(asked, "secret")
    assert "Save without a password" in asked.content.decode()
    assert bytes(Mailbox.objects.get().sealed) == bytes(box.sealed)
    saved = change(otto, box, **typed, without="on")
    assert saved.status_code == 303
    kept = Mailbox.objects.get()
    assert (kept.sealed, kept.verifier, kept.state, kept.due_at) == (None, "", Mailbox.EMPTY, None)


def test_another_place_with_the_password_typed_again_asks_nothing(otto, box):
    assert change(otto, box, host="new.movers.example", secret="fern ladder beside a well").status_code == 303
    kept = Mailbox.objects.get()
    assert (kept.state, sealing.open(kept)) == (Mailbox.NEW, "fern ladder beside a well")


def test_another_name_keeps_the_password_and_the_state(otto, box):
    assert "Save without" not in otto.get(f"/console/mailboxes/{box.pk}/change").content.decode()
    assert change(otto, box, name="Mail").status_code == 303
    kept = Mailbox.objects.get()
    assert (kept.name, kept.state, sealing.open(kept)) == ("Mail", Mailbox.FINE, boxes.SECRET)


def test_of_two_who_save_the_second_sees_what_the_first_did(otto, box):
    change(otto, box, name="First")
    answer = change(otto, box, name="Second")
    words = answer.content.decode()
    assert answer.status_code == 409 and "First" in words and 'value="Second"' in words
    assert Mailbox.objects.get().name == "First"
    assert change(otto, box, name="Second", version="2").status_code == 303


def test_it_is_taken_off_record_after_a_question(otto, box):
    page = f"/console/mailboxes/{box.pk}/remove"
    assert "Take Work mail off record?" in otto.get(page).content.decode() and Mailbox.objects.exists()
    answer = otto.post(page)
    assert answer["Location"] == f"/console/people/{box.person_id}/mailboxes?done=removed"
    assert not Mailbox.objects.exists()
    assert "No mailbox of this person" in otto.get(answer["Location"]).content.decode()


@pytest.mark.mission("M1.5")
def test_a_persons_tab_shows_theirs_with_the_suspended_one_first_and_red(otto, mara, box, now):
    boxes.mailbox(mara, now, "Zebra", state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_WATCH, due_at=None)
    nils = changes.create(NewPerson("nils@movers.example", "Nils Holm"), now)
    boxes.mailbox(nils, now, "Nils's mail")
    words = otto.get(f"/console/people/{mara.pk}/mailboxes").content.decode()
    assert words.index("Zebra") < words.index("Work mail") and "Nils" not in words
    assert 'class="is-suspended"' in words and "M7 2.5h6L17.5 7v6L13 17.5" in words


def test_what_stands_in_the_form_is_tried_saved_or_not(otto, mara, box):
    test = f"/console/people/{mara.pk}/mailboxes/test"
    assert otto.post(test, TYPED)["Location"].startswith("/console/settings/trials/")
    assert (
        "Name resolved"
        in otto.post(test, AS_IT_IS | {"mailbox": str(box.pk)}, HTTP_HX_REQUEST="true").content.decode()
    )
    refused = otto.post(test, TYPED | {"secret": "", "mailbox": "x"}, HTTP_HX_REQUEST="true").content.decode()
    assert "The test cannot begin yet" in refused and "This may not be empty" in refused
    assert otto.post(test, TYPED | {"host": "a b"}).status_code == 422
    assert Mailbox.objects.count() == 1 and Trial.objects.count() == 2


def acts_on(browser, box) -> list:
    """Everything that changes something of a mailbox."""
    one = f"/console/mailboxes/{box.pk}"
    posts = [(f"{one}/act", {"do": "suspend"}), (f"{one}/let-in", {"do": "give"}), (f"{one}/remove", {})]
    answers = [browser.post(path, sent) for path, sent in posts]
    test = browser.post(f"/console/people/{box.person_id}/mailboxes/test", AS_IT_IS | {"mailbox": str(box.pk)})
    return [*answers, test, change(browser, box, name="Mine"), add(browser, box.person)]


def test_nobody_acts_on_the_mailboxes_of_an_operator_of_their_rank_or_above(otto, movers, mara, box, now):
    operator(movers, "mara", Role.OWNER, email="mara@movers.example")
    nils = changes.create(NewPerson("nils@movers.example", "Nils Holm"), now)
    theirs = boxes.mailbox(nils, now, "Nils's mail")
    before = list(Mailbox.objects.filter(pk=box.pk).values())
    assert [answer.status_code for answer in acts_on(otto, box)] == [403] * 6
    ticked = {"do": "suspend", "ids": [str(box.pk), str(theirs.pk)]}
    answer = otto.post("/console/mailboxes/act", ticked)
    words = otto.get(answer["Location"]).content.decode()
    assert "1 mailbox was suspended. 1 belongs to an operator of your rank or above" in words
    assert list(Mailbox.objects.filter(pk=box.pk).values()) == before and Mailbox.objects.count() == 2
    for page in (f"/console/mailboxes/{box.pk}", f"/console/people/{mara.pk}/mailboxes"):
        words = otto.get(page).content.decode()
        assert "Only somebody who stands higher" in words and "Suspend</button>" not in words


def test_without_the_rule_of_ranks_they_would_act(otto, movers, box, monkeypatch):
    operator(movers, "mara", Role.OWNER, email="mara@movers.example")
    monkeypatch.setattr("keyturn.recovery.desk.outranks", lambda person, who: False)
    assert otto.post(f"/console/mailboxes/{box.pk}/act", {"do": "suspend"}).status_code == 303


def test_the_helpdesk_suspends_and_does_not_put_on_record(movers, mara, box):
    hanna = sign_in(operator(movers, "hanna", Role.HELPDESK))
    assert [answer.status_code for answer in acts_on(hanna, box)][2:] == [403] * 4
    assert Mailbox.objects.get().state == Mailbox.SUSPENDED
    assert "Add a mailbox" not in hanna.get(f"/console/people/{mara.pk}/mailboxes").content.decode()
