"""Mailboxes from a file: put on record with their passwords, which nobody but the worker sees on the way."""

import pytest

from keyturn.audit.models import Event
from keyturn.lib import seal
from keyturn.lib.seal import SealBroken
from keyturn.monitoring import imports, rewrapping, sealing
from keyturn.monitoring.imports import MAILBOXES, Upload
from keyturn.monitoring.models import Mailbox
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.people import changes, reports
from keyturn.people import imports as engine
from keyturn.people.changes import NewPerson
from keyturn.people.importing import FileRefused
from keyturn.people.models import Import, ImportFile
from tests.monitoring import boxes

HEADER = "identifier,name,protocol,host,username,password\n"
SECRET = "'=moss, lantern "  # as it stands: blanks, commas and what would be a guard elsewhere
QUOTED = f'"{SECRET}"'
ADMINISTRATOR = 30


@pytest.fixture
def otto(movers) -> Operator:
    return Operator.objects.create(tenant=movers, username="otto", role=Role.ADMINISTRATOR)


@pytest.fixture
def mara(in_movers, now):
    return changes.create(NewPerson("driver-7", "Mara Lind", email="mara@movers.example"), now)


@pytest.fixture
def run(otto, now):
    """Hand a file in and let a worker take it."""

    def run(text, *, is_trial=False, header=HEADER):
        upload = Upload((header + text).encode(), "boxes.csv", is_trial, ADMINISTRATOR)
        one = imports.start(upload, now, actor=f"operator:{otto.pk}")
        assert imports.step()
        one.refresh_from_db()
        return one

    return run


def counts(one):
    return one.state, one.created, one.updated, one.refused


def refusals(one):
    return list(one.refusals.order_by("line").values_list("line", "field", "reason"))


@pytest.mark.mission("M1.1")
def test_rows_become_mailboxes_with_sealed_passwords_due_at_once(mara, run):
    one = run(f"DRIVER-7,Work,imap,IMAP.movers.example,mara,{QUOTED}\ndriver-7,,pop3,pop.movers.example,mara@home,\n")
    assert counts(one) == ("done", 2, 0, 0)
    work, other = Mailbox.objects.order_by("-name")[:2][::-1]
    assert (work.name, work.host, work.port, work.state) == ("Work", "imap.movers.example", 993, Mailbox.NEW)
    assert sealing.open(work) == SECRET and sealing.fits(work, SECRET) and work.due_at
    assert (other.name, other.port, other.state, other.due_at) == ("mara@home", 995, Mailbox.EMPTY, None)
    assert Event.objects.filter(action="mailboxes.imported", data__created=2).count() == 1


def test_no_password_lies_open_anywhere_and_none_at_all_when_it_is_over(mara, otto, now):
    content = f"{HEADER}driver-7,Work,imap,a.example,mara,{QUOTED}\nnobody,W,imap,a.example,x,{QUOTED}\n".encode()
    one = imports.start(Upload(content, "b.csv", False, ADMINISTRATOR), now, actor=f"operator:{otto.pk}")
    kept = ImportFile.objects.get()
    assert SECRET.encode() not in bytes(kept.content) + bytes(kept.sealed) and kept.sealed
    with pytest.raises(SealBroken):  # moved to another import it does not open
        seal.unseal(sealing.BOX, bytes(kept.sealed), f"import|{one.tenant_id}|{kept.pk}")
    assert imports.step()
    assert ImportFile.objects.get().sealed is None
    report = "".join(reports.refused_rows(MAILBOXES, one))
    assert '"nobody","W","imap","a.example"' in report and "lantern" not in report
    assert "lantern" not in str(list(Event.objects.values()))


def test_one_that_is_stopped_leaves_no_password(mara, otto, now):
    content = f"{HEADER}driver-7,Work,imap,a.example,mara,{QUOTED}\n".encode()
    one = imports.start(Upload(content, "b.csv", False, ADMINISTRATOR), now, actor=f"operator:{otto.pk}")
    assert engine.cancel(one, now, actor="owner")
    assert ImportFile.objects.get().sealed is None and not imports.step()


def test_a_trial_says_the_same_and_changes_nothing(mara, run, now):
    boxes.mailbox(mara, now, "Old")
    text = f"driver-7,New,imap,a.example,x,{QUOTED}\ndriver-7,Old,imap,b.example,x,p\ndriver-7,Bad,imap,a b,x,p\n"
    trial = run(text, is_trial=True)
    assert Mailbox.objects.get().host == "mail.movers.example"
    real = run(text)
    assert counts(trial) == counts(real) == ("done", 1, 1, 1)
    assert refusals(trial) == refusals(real) == [(4, "host", "not_a_host")]


def test_a_password_counts_where_none_is_kept_and_another_place_wants_one(mara, run, now):
    boxes.mailbox(mara, now, "Mended")
    boxes.mailbox(mara, now, "Moved")
    Mailbox.objects.filter(pk=boxes.mailbox(mara, now, "Empty").pk).update(sealed=None, state=Mailbox.EMPTY)
    rows = ["Mended,imap,mail.movers.example,mara,old", "Moved,imap,new.example,mara,", "Empty,imap,,,given"]
    one = run("".join(f"driver-7,{row}\n" for row in rows))
    assert counts(one) == ("done", 0, 2, 1) and refusals(one) == [(3, "password", "would_wipe")]
    kept = {box.name: (box.host, sealing.open(box)) for box in Mailbox.objects.all()}
    assert kept["Mended"] == kept["Moved"] == ("mail.movers.example", boxes.SECRET)
    assert kept["Empty"] == ("mail.movers.example", "given")
    assert counts(run("driver-7,Moved,imap,new.example,mara,fresh\n")) == ("done", 0, 1, 0)
    moved = Mailbox.objects.get(name="Moved")
    assert (moved.host, sealing.open(moved)) == ("new.example", "fresh")


HOSTILE = {
    "nobody,W1,imap,a.example,x,": ("identifier", "unknown_person"),
    "driver-7,W2,gopher,a.example,x,": ("protocol", "unknown"),
    "driver-7,W3,imap,-a-,x,": ("host", "not_a_host"),
    "driver-7,W4,imap,a.example,x\x7f,": ("username", "control_character"),
    "driver-7,W5,imap,a.example,,": ("username", "empty"),
    f"driver-7,W6,imap,a.example,x,{'p' * 300}": ("password", "too_long"),
    "driver-7,W7,imap,a.example,x,a\x00b": ("password", "control_character"),
    'driver-7,W8,imap,a.example,x,"p': ("row", "broken_quotes"),
    "driver-7,W9,imap,a.example,x,p,q": ("row", "too_many_cells"),
    "driver-7,Mine,imap,b.example,y,": ("name", "repeated_in_file"),
    "nils,W10,imap,a.example,x,p": ("identifier", "outranked"),
}


def test_rows_that_cannot_be_taken_are_told_and_the_others_are(mara, movers, run, now):
    changes.create(NewPerson("nils", "Nils Holm", email="nils@movers.example"), now)
    Operator.objects.create(tenant=movers, username="nils", role=Role.OWNER, email="nils@movers.example")
    rows = ["driver-7,Mine,imap,a.example,x,p", *HOSTILE, "driver-7,Last,imap,a.example,x,p"]
    one = run("".join(f"{row}\n" for row in rows))
    told = {line: (field, reason) for line, field, reason in refusals(one)}
    assert told == dict(enumerate(HOSTILE.values(), 3))
    assert {box.name for box in Mailbox.objects.all()} == {"Mine", "Last"}
    assert all(MAILBOXES.explain(reason) for _, reason in told.values())


def test_ports_and_the_sending_side_come_along(mara, run):
    header = "identifier,host,username,tls,port,sending_host,sending_tls,sending_port\n"
    rows = (
        "driver-7,a.example,one,starttls,,out.example,starttls,\ndriver-7,a.example,two,none,1143,out.example,,2525\n"
    )
    assert counts(run(rows + "driver-7,a.example,three,,x,,,\n", header=header)) == ("done", 2, 0, 1)
    one, two = Mailbox.objects.order_by("name")
    assert (one.port, one.sending_host, one.sending_port, one.sending_tls) == (143, "out.example", 587, "starttls")
    assert (two.port, two.sending_port, two.sending_tls) == (1143, 2525, "implicit")


def test_passwords_that_do_not_open_any_more_refuse_every_row(mara, otto, now, monkeypatch):
    content = f"{HEADER}driver-7,Work,imap,a.example,mara,{QUOTED}\n".encode()
    one = imports.start(Upload(content, "b.csv", False, ADMINISTRATOR), now, actor=f"operator:{otto.pk}")
    ImportFile.objects.update(sealed=seal.seal(sealing.BOX, b"{}", "another place"))
    assert imports.step() and refusals(one) == [(2, "password", "lost")]


def test_no_older_key_is_dropped_while_a_file_is_on_its_way(mara, otto, now):
    content = f"{HEADER}driver-7,Work,imap,a.example,mara,{QUOTED}\n".encode()
    imports.start(Upload(content, "b.csv", False, ADMINISTRATOR), now, actor=f"operator:{otto.pk}")
    assert rewrapping.files() == 1
    assert imports.step() and rewrapping.files() == 0


def test_a_file_of_people_is_none_and_each_duty_takes_its_own(mara, otto, now):
    with pytest.raises(FileRefused, match="unknown_column: phone_sms"):
        people = Upload(b"identifier,name,phone_sms\n", "p.csv", False, ADMINISTRATOR)
        imports.start(people, now, actor="owner")
    from keyturn.enrollment import imports as of_people

    Import.objects.create(kind="people", is_trial=False, rank=1, created_at=now, due_at=now, started_by="owner")
    assert not imports.step()
    imports.start(Upload(HEADER.encode(), "b.csv", False, 30), now, actor=f"operator:{otto.pk}")
    assert imports.step() and of_people.PEOPLE.name == Import.objects.get(lease_until=None, ended_at=None).kind
