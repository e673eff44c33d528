"""Putting people on record: what is refused, what stays, and that the routing table keeps step."""

import threading

import pytest
from django.db import connection, transaction

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.people import changes, routes
from keyturn.people.changes import NewPerson, NewPhone, PeopleRefused
from keyturn.people.models import Address, Person, Route
from keyturn.tenants import scope


def actions():
    return list(Event.objects.order_by("at", "action").values_list("action", flat=True))


def routed():
    return set(Route.objects.values_list("kind", "digest"))


def should_be_routed():
    finding = Address.objects.filter(finds_person=True)
    return {(one.kind, routes.digest_of(one.kind, one.lowered)) for one in finding}


def test_a_person_is_put_on_record_whole(mara):
    assert Person.objects.get() == mara
    assert Address.objects.filter(person=mara).count() == 4
    assert set(actions()) == {"person.created", "address.changed", "other_addresses.changed", "phones.changed"}
    assert routed() == should_be_routed()


@pytest.mark.parametrize(
    ("said", "field", "reason"),
    [
        ({"identifier": ""}, "identifier", "empty"),
        ({"identifier": "x\x00"}, "identifier", "control_character"),
        ({"identifier": "MARA@movers.example"}, "identifier", "identifier_taken"),
        ({"name": " "}, "name", "empty"),
        ({"email": "nils"}, "email", "not_an_address"),
        ({"email": "nils@movers"}, "email", "bad_domain"),
        ({"email": "Mara@Movers.example"}, "email", "address_taken"),
        ({"other_addresses": ("ok@x.example", "nils")}, "other_addresses[1]", "not_an_address"),
        ({"other_addresses": ("a@x.example", "A@x.example")}, "other_addresses[1]", "repeated"),
        ({"phones": (NewPhone("+1 415 555 0199 ext. 7"),)}, "phones[0].number", "has_extension"),
        ({"phones": (NewPhone("+1 415 555 0199x7", "office"),)}, "phones[0].number", "has_extension"),
        ({"phones": (NewPhone("12"),)}, "phones[0].number", "not_a_number"),
        ({"phones": (NewPhone("+14155550199", "pager"),)}, "phones[0].type", "unknown_type"),
        ({"phones": (NewPhone("+14155550101"),)}, "phones", "number_taken"),
        ({"phones": (NewPhone("+14155550198"), NewPhone("415 555 0198", "mobile"))}, "phones[1]", "repeated"),
        ({"status": "asleep"}, "status", "unknown_status"),
        ({"language": "tlh"}, "language", "unknown_language"),
    ],
)
@pytest.mark.mission("M0.12")
def test_what_cannot_be_on_record_is_refused_at_its_field_and_leaves_nothing(mara, now, said, field, reason):
    before = routed()
    with pytest.raises(PeopleRefused) as refused:
        changes.create(NewPerson(**{"identifier": "nils", "name": "Nils Holm", **said}), now)
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert Person.objects.count() == 1
    assert routed() == before


def test_nobody_is_named_by_what_finds_somebody_else(in_movers, now):
    """CVE-2022-39229: a user name equal to somebody's email kept that somebody out."""
    changes.create(NewPerson("vera", "Vera", email="vera@movers.example"), now)
    with pytest.raises(PeopleRefused, match="identifier_taken"):
        changes.create(NewPerson("VERA@movers.example", "Mallory"), now)
    changes.create(NewPerson("nils@movers.example", "Nils"), now)
    with pytest.raises(PeopleRefused, match="address_taken"):
        changes.create(NewPerson("mallory", "Mallory", email="Nils@movers.example"), now)
    assert Person.objects.count() == 2


@pytest.mark.mission("M0.12")
def test_a_number_of_another_tenant_is_refused_and_names_nobody(mara, labs, now):
    with scope.inside(labs.id):
        with pytest.raises(PeopleRefused) as refused:
            changes.create(NewPerson("vera", "Vera", phones=(NewPhone("(415) 555-0101", "mobile"),)), now)
        assert refused.value.reason == "number_taken"
        assert not any(word in str(refused.value) for word in ("Mara", "Movers", "0101", str(mara.pk)))
        assert not Person.objects.exists()


@pytest.mark.mission("M0.12")
def test_office_numbers_may_be_shared(mara, labs, now):
    office = (NewPhone("415-555-0102", "office"),)
    changes.create(NewPerson("nils", "Nils Holm", phones=office), now)
    with scope.inside(labs.id):
        changes.create(NewPerson("vera", "Vera", phones=office), now)


def test_an_email_is_free_in_another_tenant(mara, labs, now):
    with scope.inside(labs.id):
        changes.create(NewPerson("mara", "Mara", email="mara@movers.example"), now)


def test_a_changed_number_frees_the_old_one(mara, nils, now):
    changes.set_phones(mara, [NewPhone("+14155550103")], now)
    changes.set_phones(nils, [NewPhone("+14155550101")], now)
    assert routed() == should_be_routed()


def test_a_changed_email_is_a_new_row_so_that_mail_to_the_old_one_is_not_redirected(mara, now):
    old = Address.objects.get(is_main=True)
    changes.set_email(mara, "mara.lind@movers.example", now)
    assert not Address.objects.filter(pk=old.pk).exists()
    assert routed() == should_be_routed()


def test_what_stays_the_same_keeps_what_was_learned_about_it(mara, now):
    Address.objects.filter(is_main=True).update(bounced_at=now)
    changes.set_email(mara, "mara@movers.example", now)
    assert Address.objects.get(is_main=True).bounced_at


def test_only_an_address_that_the_person_set_is_fresh(mara, now):
    changes.set_email(mara, "one@movers.example", now)
    assert Address.objects.get(is_main=True).set_by_person_at is None
    changes.set_email(mara, "two@movers.example", now, actor=f"person:{mara.pk}")
    assert Address.objects.get(is_main=True).set_by_person_at == now


def test_somebody_inactive_keeps_the_number_and_the_route(mara, nils, now):
    changes.set_status(mara, Person.INACTIVE, now)
    with pytest.raises(PeopleRefused, match="number_taken"):
        changes.set_phones(nils, [NewPhone("+14155550101")], now)
    assert routed() == should_be_routed()
    changes.set_status(mara, Person.ACTIVE, now)
    assert "person.deactivated" in actions()
    assert "person.activated" in actions()


def test_somebody_deleted_frees_everything(mara, nils, now):
    changes.delete(mara, now)
    assert routed() == should_be_routed()
    changes.set_phones(nils, [NewPhone("+14155550101")], now)


def test_an_update_changes_what_was_said_and_audits_only_a_difference(mara, now):
    changes.update(mara, now, name="Mara Lindqvist")
    changes.update(mara, now, name="Mara Lindqvist", language="")
    mara.refresh_from_db()
    assert mara.name == "Mara Lindqvist"
    assert actions().count("person.updated") == 1


def test_no_address_and_no_number_is_written_into_the_audit(mara, now):
    changes.set_email(mara, "other@movers.example", now)
    for event in Event.objects.all():
        assert "@" not in str(event.data)
        assert "555" not in str(event.data)


def race_for_one_number(movers, labs, runners=6):
    """Everybody wants the same number at once, half of them in the other tenant; returns who was refused."""
    refusals, start = [], threading.Barrier(runners)

    def run(number):
        try:
            start.wait()
            with scope.inside((movers if number % 2 else labs).id), transaction.atomic():
                changes.create(NewPerson(f"p{number}", "P", phones=(NewPhone("+14155550177"),)), clock.now())
        except PeopleRefused as refused:
            refusals.append(refused.reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


@pytest.mark.django_db(transaction=True)
@pytest.mark.mission("M0.12")
def test_a_race_for_one_number_has_exactly_one_owner(movers, labs):
    assert race_for_one_number(movers, labs) == ["number_taken"] * 5
    assert Route.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_routing_table_a_race_has_two_owners(movers, labs, monkeypatch):
    """The control: each tenant's own constraint does not see the other's number."""
    monkeypatch.setattr(routes, "establish", lambda address: None)
    assert len(race_for_one_number(movers, labs)) == 4
