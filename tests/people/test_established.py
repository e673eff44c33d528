"""The numbers by which a tenant is found, and those in conflict; of other tenants nothing is named (M0.13)."""

import pytest

from keyturn.people import changes, established
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.tenants import scope


@pytest.fixture
def labs_has_the_number(labs, now):
    with scope.inside(labs.id):
        changes.create(NewPerson("nils", "Nils", "nils@labs.example", phones=(NewPhone("+14155550101"),)), now)


@pytest.mark.mission("M0.13")
def test_counts_are_of_this_tenant_alone(in_movers, labs_has_the_number, now):
    changes.create(NewPerson("mara", "Mara", "mara@movers.example", phones=(NewPhone("+14155550102"),)), now)
    found = established.look()
    assert (found.numbers, found.emails, found.conflicts) == (1, 1, [])
    assert [(one.person.name, one.raw) for one in found.own_numbers] == [("Mara", "+14155550102")]


@pytest.mark.mission("M0.13")
def test_a_number_that_leads_elsewhere_is_a_conflict_and_names_nobody(in_movers, labs_has_the_number, now):
    taken = NewPhone("+14155550101", "sms", finds_person=False)
    free = NewPhone("+14155550103", "mobile", finds_person=False)
    changes.create(NewPerson("mara", "Mara", phones=(taken, free)), now)
    found = established.look()
    assert [(one.person.name, one.raw) for one in found.conflicts] == [("Mara", "+14155550101")]
    assert "Nils" not in repr(vars(found))


def test_looking_takes_a_handful_of_statements_however_many_numbers(in_movers, now, django_assert_max_num_queries):
    for number in range(30):
        phone = NewPhone(f"+141555502{number:02}", "sms", finds_person=False)
        changes.create(NewPerson(f"p{number}", "P", phones=(phone,)), now)
    with django_assert_max_num_queries(6):
        established.look()
