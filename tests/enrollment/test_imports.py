"""Importing people: nothing twice, nothing lost, and every row that was refused is told."""

from dataclasses import replace

import pytest

from keyturn.audit.models import Event
from keyturn.directories import accounts
from keyturn.enrollment import imports
from keyturn.enrollment.imports import Upload
from keyturn.lib import leases, points
from keyturn.operators import ranks, roles
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.outbox.models import Message
from keyturn.people import changes, queries
from keyturn.people import imports as engine
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.importing import FileRefused
from keyturn.people.models import Import, ImportFile, Person, RefusedRow
from keyturn.people.rights import holding
from keyturn.people.rights.core import Rights
from keyturn.tenants import scope
from tests.people.rights.conftest import VERAS, add_catalogue

HEADER = "identifier,name,email,phone_sms\n"
ADMINISTRATOR = 30


def start(by, text, *, is_trial=False):
    content = text if isinstance(text, bytes) else (HEADER + text).encode()
    return imports.start(Upload(content, "people.csv", is_trial, ADMINISTRATOR), by)


def run(by, text, *, is_trial=False):
    one = start(by, text, is_trial=is_trial)
    assert imports.step()
    one.refresh_from_db()
    return one


def counts(one):
    return one.state, one.created, one.updated, one.refused


def refusals(one):
    return list(one.refusals.order_by("line").values_list("line", "field", "reason"))


def test_rows_become_people_with_a_login_and_wait_for_their_first_mail(in_movers, by):
    one = run(by, "vera,Vera Vik,vera@movers.example,+1 415 555 0155\nolga,Olga,,\n")
    assert counts(one) == ("done", 2, 0, 0)
    vera = queries.by_identifier("vera")
    assert accounts.of(vera).login == "vera"
    assert queries.sms_number(vera).raw == "+14155550155"
    assert Person.objects.filter(first_mail_due=True).count() == 2
    assert not imports.step()
    assert Event.objects.filter(action="people.imported", actor=by.actor).count() == 1


def test_somebody_on_record_is_updated_by_the_cells_there_are_and_the_old_address_is_told(mara, by):
    one = run(by, "DRIVER-7,Mara Anna Lind,anna@movers.example,\n")
    assert counts(one) == ("done", 0, 1, 0)
    mara.refresh_from_db()
    assert (mara.name, queries.main_email(mara).raw) == ("Mara Anna Lind", "anna@movers.example")
    assert queries.sms_number(mara)  # an empty cell leaves things as they are
    told = Message.objects.filter(purpose="address_changed").values_list("address__raw", flat=True)
    assert "mara@movers.example" in told


def test_a_trial_says_the_same_and_changes_nothing(mara, by):
    text = "driver-7,Somebody Else,,\nvera,Vera,vera@movers.example,\nx,,,\nvera,Vera again,,\n"
    trial = run(by, text, is_trial=True)
    assert (Person.objects.count(), Message.objects.count()) == (1, 0)
    real = run(by, text)
    assert counts(trial) == counts(real) == ("done", 1, 1, 2)
    assert refusals(trial) == refusals(real)


HOSTILE = {
    "x": ("name", "empty"),
    "x,X\0Y": ("name", "control_character"),
    "x,X,mara": ("email", "not_an_address"),
    "x,X,,+1 415 555 0101": ("phones", "number_taken"),
    "x,X,,+1 415 555 0199 ext 3": ("phones[0].number", "has_extension"),
    'x,"X': ("row", "broken_quotes"),
    "x,X,,,,1": ("row", "too_many_cells"),
    "," * 100_000: ("row", "too_long"),
    "x" * 300 + ",X": ("identifier", "too_long"),
    "mara@movers.example,X": ("identifier", "identifier_taken"),
}


@pytest.mark.parametrize("row", HOSTILE, ids=range(len(HOSTILE)))
def test_a_row_that_cannot_be_taken_is_told_and_the_others_are(mara, by, row):
    one = run(by, f"nils,Nils Holm,nils@movers.example,\n{row}\nvera,Vera Vik,,\n")
    assert counts(one) == ("done", 2, 0, 1)
    assert refusals(one) == [(3, *HOSTILE[row])]


@pytest.mark.parametrize("row", ["VERA,V,,", "w,W,Vera@movers.example,", "w,W,,(415) 555-0155"])
def test_two_rows_that_want_the_same_are_told_before_anything_else(in_movers, by, row):
    one = run(by, f"vera,Vera,vera@movers.example,+14155550155\n{row}\n", is_trial=True)
    assert [(line, reason) for line, _, reason in refusals(one)] == [(3, "repeated_in_file")]


def test_a_formula_is_a_name_like_any_other(in_movers, by):
    run(by, '"\'=cmd|x","=1+1",,"\'+14155550155"\n')
    vera = Person.objects.get()
    assert (vera.identifier, vera.name) == ("=cmd|x", "=1+1")


@pytest.mark.mission("M0.12")
def test_a_number_of_another_tenant_is_refused_and_names_nobody(in_movers, labs, by):
    with scope.inside(labs.id):
        changes.create(NewPerson("olga", "Olga Secret", phones=(NewPhone("+14155550155"),)), by.now)
    one = run(by, "vera,Vera,,+14155550155\n")
    assert refusals(one) == [(2, "phones", "number_taken")]
    assert "Olga" not in str(list(RefusedRow.objects.values())) + str(list(Event.objects.values()))


def test_utf_16_is_read(in_movers, by):
    run(by, (HEADER + "jose,José Ñandú,,\n").encode("utf-16"))
    assert Person.objects.get().name == "José Ñandú"


def test_a_file_that_is_no_table_starts_nothing(in_movers, by):
    with pytest.raises(FileRefused):
        start(by, b"PK\x03\x04\xff\xff")
    assert not Import.objects.exists()


def test_nobody_of_the_same_rank_is_changed_by_a_file(mara, by, monkeypatch):
    monkeypatch.setattr(ranks, "of_addresses", lambda emails: 30 if "mara@movers.example" in emails else 0)
    one = run(by, "driver-7,Mallory,mallory@evil.example,\n")
    assert refusals(one) == [(2, "identifier", "outranked")]
    mara.refresh_from_db()
    assert mara.name == "Mara Lind"


WITH_RIGHTS = "identifier,name,email,permissions,profiles\n"


def with_rights(rows):
    return (WITH_RIGHTS + rows).encode()


@pytest.mark.mission("M2.10")
def test_a_file_gives_permissions_and_profiles_and_an_empty_cell_leaves_them(mara, by, now):
    add_catalogue(now)
    holding.give(mara, VERAS, now, actor="owner")
    one = run(by, with_rights("vera,Vera,,drive mentor,driver\ndriver-7,Mara Lind,,mentor,\n"))
    assert counts(one) == ("done", 1, 1, 0)
    assert holding.rights_of(queries.by_identifier("vera")) == Rights(
        frozenset({"drive", "mentor"}), frozenset({"driver"})
    )
    assert holding.rights_of(mara) == replace(VERAS, permissions=frozenset({"mentor"}))


@pytest.mark.mission("M2.10")
def test_rights_that_cannot_be_given_refuse_the_row(mara, by, now):
    add_catalogue(now)
    one = run(by, with_rights("vera,Vera,,fly,\nolga,Olga,,,pilot\nnora,Nora,,drive,driver\n"))
    assert refusals(one) == [(2, "permissions", "unknown_permission"), (3, "profiles", "unknown_profile")]
    assert queries.by_identifier("vera") is None and queries.by_identifier("nora")


@pytest.mark.mission("M2.10")
@pytest.mark.parametrize("mine", ["otto@movers.example", "OTTO@MOVERS.EXAMPLE"])
def test_nobody_gives_themselves_rights_by_a_file(in_movers, otto, by, now, mine):
    """Neither a new person with the operator's own address, nor one who gets it in the same row."""
    add_catalogue(now)
    Operator.objects.update(email="otto@movers.example")
    one = run(by, with_rights(f"me,Otto,{mine},drive,\n"))
    assert refusals(one) == [(2, "identifier", "outranked")]
    assert run(by, with_rights("me,Otto,,,\n")).created == 1
    assert refusals(run(by, with_rights(f"me,Otto,{mine},drive,\n"))) == [(2, "identifier", "outranked")]
    assert holding.rights_of(queries.by_identifier("me")) == Rights()


@pytest.mark.mission("M2.10")
def test_not_even_somebody_whose_rank_no_person_has(in_movers, otto, by, now, monkeypatch):
    add_catalogue(now)
    Operator.objects.update(email="otto@movers.example")
    monkeypatch.setattr(ranks, "of_addresses", lambda emails: 0)  # as of an owner of the installation
    row = with_rights("me,Otto,otto@movers.example,drive,\n")
    assert refusals(run(by, row)) == [(2, "identifier", "own_rights")]
    monkeypatch.setattr(ranks, "is_own", lambda operator, emails: False)
    assert run(by, row).created == 1  # the control: that rule is what stood in the way


def test_whoever_may_import_may_change_rights():
    assert set(roles.that_may("people.import_person")) <= set(roles.that_may("people.change_rights"))


class Died(BaseException):
    """The worker's process is gone."""


def test_after_a_worker_died_the_next_goes_on_where_it_was(in_movers, by, monkeypatch):
    one = start(by, "".join(f"p{number},P,,\n" for number in range(120)))
    seen = []

    def die(place):
        seen.append(place)
        if len(seen) == 2:
            raise Died

    monkeypatch.setattr(points, "reach", die)
    with pytest.raises(Died):
        imports.step()
    assert (Person.objects.count(), Import.objects.get().next_row) == (50, 50)
    Import.objects.update(lease_until=by.now)
    assert imports.step()
    one.refresh_from_db()
    assert counts(one) == ("done", 120, 0, 0)


def test_who_lost_the_lease_writes_nothing(in_movers, by, monkeypatch):
    start(by, "vera,Vera,,\n")
    monkeypatch.setattr(points, "reach", lambda place: Import.objects.update(fence=1))
    assert imports.step()
    assert not Person.objects.exists()


def test_without_the_fence_rows_would_be_written_twice(in_movers, by, monkeypatch):
    """The control."""
    start(by, "vera,Vera,,\n")
    monkeypatch.setattr(points, "reach", lambda place: Import.objects.update(fence=1))
    monkeypatch.setattr(engine, "_advance", lambda claim, **changes: None)
    with pytest.raises(leases.LeaseLost):
        engine._run(imports.PEOPLE, leases.claim(Import, now=by.now, lease=by.now - by.now))
    assert Person.objects.exists()


def test_a_cancelled_import_stops_and_keeps_what_was_taken(in_movers, by, monkeypatch):
    one = start(by, "".join(f"p{number},P,,\n" for number in range(120)))
    seen = []

    def cancel(place):
        seen.append(place)
        if len(seen) == 2:
            assert imports.cancel(one, by)

    monkeypatch.setattr(points, "reach", cancel)
    assert imports.step()
    one.refresh_from_db()
    assert counts(one) == ("cancelled", 50, 0, 0)
    assert not imports.cancel(one, by)
    assert not imports.step()


MEANWHILE = [{"is_active": False}, {"role": Role.HELPDESK}]


@pytest.mark.parametrize("change", MEANWHILE)
def test_an_import_ends_with_the_right_of_whoever_started_it(in_movers, otto, by, change):
    one = start(by, "nina,Nina,nina@movers.example,\n")
    Operator.objects.filter(pk=otto.pk).update(**change)
    assert imports.step()
    one.refresh_from_db()
    assert counts(one) == (Import.CANCELLED, 0, 0, 0)
    assert not Person.objects.filter(identifier="nina").exists()


def test_without_the_question_it_would_go_on(in_movers, otto, by, monkeypatch):
    monkeypatch.setattr(engine, "_may_go_on", lambda kind, one: True)
    one = start(by, "nina,Nina,nina@movers.example,\n")
    Operator.objects.filter(pk=otto.pk).update(is_active=False)
    assert imports.step()
    one.refresh_from_db()
    assert counts(one) == (Import.DONE, 1, 0, 0)


def test_the_file_is_destroyed_after_a_week_and_the_counts_stay(in_movers, by):
    one = run(by, "vera,Vera,,\n")
    Import.objects.update(ended_at=by.now)
    engine.purge(by.now)
    assert ImportFile.objects.exists()
    engine.purge(by.now + engine.FILES_ARE_KEPT * 2)
    assert not ImportFile.objects.exists()
    assert Import.objects.get() == one
