"""What lists need is kept with every change, and was made for those who were on record before."""

from importlib import import_module

import pytest
from django.apps import apps

from keyturn.people import changes
from keyturn.people.models import Person, SearchTerm

MIGRATION = import_module("keyturn.people.migrations.0004_keep_what_lists_need")


def kept():
    people = set(Person.objects.values_list("name", "reach", "can_be_reached"))
    return people, {bytes(term) for term in SearchTerm.objects.values_list("term", flat=True)}


def test_whoever_was_on_record_before_is_found_like_anybody(mara, nils, now):
    changes.remember_bounce(mara.addresses.get(is_main=True).pk, now)
    changes.set_status(nils, Person.INACTIVE, now)
    before = kept()
    SearchTerm.objects.all().delete()
    Person.objects.update(reach=Person.NO_EMAIL, can_be_reached=False)
    assert kept() != before
    MIGRATION.keep(apps, None)
    assert kept() == before


@pytest.mark.parametrize(("status", "can"), [("active", True), ("inactive", False)])
def test_somebody_can_be_reached_while_active_with_an_email_that_works(mara, now, status, can):
    changes.set_status(mara, status, now)
    assert Person.objects.get(pk=mara.pk).can_be_reached is can
    changes.set_email(mara, "", now)
    assert Person.objects.get(pk=mara.pk).can_be_reached is False
