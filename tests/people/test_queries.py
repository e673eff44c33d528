"""Who is found by what, and where notices go."""

import pytest

from keyturn.lib import addresses, phones
from keyturn.people import changes, queries
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.tenants import scope


def email(raw):
    return addresses.parse(raw)


def phone(raw):
    return phones.parse(raw)


@pytest.mark.parametrize("typed", ["mara@movers.example", "MARA@movers.example", " Mara@Movers.Example"])
def test_mara_is_found_however_she_types_her_address(mara, typed):
    assert queries.by_identifier(typed) == mara
    assert queries.by_email(email(typed)) == mara


@pytest.mark.parametrize("typed", ["", "nobody", "mara\x00", "márá@movers.example", "x" * 10_000])
def test_nobody_is_found_by_anything_else(mara, typed):
    assert queries.by_identifier(typed) is None


def test_letters_beyond_ascii_must_be_typed_as_they_are(in_movers, now):
    changes.create(NewPerson(identifier="jose", name="José", email="José@movers.example"), now)
    assert queries.by_email(email("José@movers.example"))
    assert queries.by_email(email("josé@movers.example")) is None


def test_an_address_for_notices_only_finds_nobody(mara):
    assert queries.by_email(email("mara@home.example")) is None


def test_a_number_finds_its_person_and_an_office_number_does_not(mara):
    assert queries.by_phone(phone("(415) 555-0101")) == mara
    assert queries.by_phone(phone("(415) 555-0102")) is None


def test_nobody_is_found_from_another_tenant(mara, labs):
    with scope.inside(labs.id):
        assert queries.by_identifier("mara@movers.example") is None
        assert queries.by_email(email("mara@movers.example")) is None
        assert queries.by_phone(phone("+14155550101")) is None


@pytest.mark.mission("M0.15", "M0.11")
def test_text_messages_go_to_the_sms_number_before_a_mobile(mara, now):
    changes.set_phones(mara, [NewPhone("+14155550110", "mobile"), NewPhone("+14155550111", "sms")], now)
    assert queries.sms_number(mara).raw == "+14155550111"
    changes.set_phones(mara, [NewPhone("+14155550110", "mobile"), NewPhone("+14155550112", "office")], now)
    assert queries.sms_number(mara).raw == "+14155550110"
    changes.set_phones(mara, [NewPhone("+14155550112", "office")], now)
    assert queries.sms_number(mara) is None


def test_notices_go_everywhere_once_and_first_to_the_main_email(mara, now):
    changes.set_other_addresses(mara, ["mara@home.example", "MARA@movers.example"], now)
    assert [one.raw for one in queries.notice_addresses(mara)] == [
        "mara@movers.example",
        "mara@home.example",
        "+14155550101",
    ]
    assert queries.main_email(mara).raw == "mara@movers.example"


@pytest.mark.mission("M0.13")
def test_the_routing_table_knows_who_handles_a_number_and_an_email(mara, movers, labs, now):
    with scope.inside(labs.id):
        changes.create(NewPerson(identifier="m", name="Mara at Labs", email="Mara@movers.example"), now)
    assert queries.tenants_of_phone(phone("+14155550101")) == [movers.id]
    assert queries.tenants_of_phone(phone("+14155550102")) == []
    assert set(queries.tenants_of_email(email("mara@movers.example"))) == {movers.id, labs.id}
    assert queries.tenants_of_email(email("mara@home.example")) == []
