"""Readiness says what the next real request says: the same facts, the same decision (M0.21)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.directories import accounts
from keyturn.directories.connectors.builtin import Builtin
from keyturn.lib import clock
from keyturn.outbox.models import CellProvider, MailProfile
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Address, Person
from keyturn.recovery import readiness
from keyturn.recovery.core.facts import Method
from keyturn.recovery.core.policy import Reason
from keyturn.recovery.models import Intake, Recovery
from keyturn.tenants.models import Tenant
from tests.recovery import acts
from tests.recovery.test_finder import (
    her_email_came_back,
    her_email_only_finds_her,
    she_changed_it_an_hour_ago,
    she_has_no_login,
    she_left,
    the_tenant_forbids_it,
    the_tenant_is_suspended,
)


def nothing_is_wrong(mara):
    pass


def she_has_no_email(mara):
    changes.set_email(mara, "", clock.now())


def her_switch_is_off(mara):
    changes.update(mara, clock.now(), allow_mobile_password_reset=False)


def her_number_came_back(mara):
    Address.objects.filter(kind=Address.PHONE).update(bounced_at=clock.now())


def her_provider_ended(mara):
    CellProvider.objects.update(ends_on=clock.now().date() - timedelta(days=1))


def she_asked_three_times(mara):
    for _ in range(3):
        acts.recover(mara.tenant)


def somebody_asked_ten_times(mara):
    for _ in range(10):
        acts.ask(mara.tenant, acts.Claim(email=acts.MARAS_EMAIL))
        acts.ask(mara.tenant, acts.Claim(email=acts.MARAS_EMAIL), "temporary_password")


STATES = [
    nothing_is_wrong,
    the_tenant_is_suspended,
    the_tenant_forbids_it,
    she_left,
    she_has_no_email,
    her_email_came_back,
    her_email_only_finds_her,
    she_changed_it_an_hour_ago,
    she_has_no_login,
    her_switch_is_off,
    her_number_came_back,
    her_provider_ended,
    she_asked_three_times,
    somebody_asked_ten_times,
]


def look(mara) -> readiness.Readiness:
    person = Person.objects.select_related("cell_provider").get(pk=mara.pk)
    return readiness.of(person, Tenant.objects.get(pk=mara.tenant_id), clock.now())


@pytest.mark.mission("M0.21")
@pytest.mark.parametrize("method", list(readiness.METHODS))
@pytest.mark.parametrize("when", STATES)
def test_it_foretells_the_next_real_request(mara, account, in_movers, when, method):
    when(mara)
    way = next(way for way in look(mara).ways if way.method is method)
    row = _request(mara, method)
    assert way.is_open == (row.state == Recovery.OPEN)
    if way.is_open:
        assert list(way.decision.channels) == row.channels
    else:
        assert way.decision.reason == row.reason and row.reason in way.refusals


def _request(mara, method) -> Recovery:
    """What a real request comes to, by email where there is one; she would not type an address she does not have."""
    on_record = Address.objects.filter(person=mara, kind=Address.EMAIL).exists()
    phone = acts.MARAS_PHONE if method is Method.TEMPORARY_PASSWORD else ""
    claim = acts.Claim(email=acts.MARAS_EMAIL, phone=phone) if on_record else acts.Claim(mara.identifier, phone=phone)
    answer = acts.ask(Tenant.objects.get(pk=mara.tenant_id), claim, method)
    Intake.objects.exclude(reference=answer.reference).delete()  # what waited longer would take the places first
    acts.resolve_all()
    return Recovery.objects.get(reference=answer.reference)


def test_everything_that_is_missing_is_named_not_only_the_first(mara, account):
    she_left(mara)
    her_email_came_back(mara)
    her_switch_is_off(mara)
    link, temporary = look(mara).ways
    assert link.refusals == (Reason.PERSON_INACTIVE, Reason.EMAIL_BOUNCED)
    assert temporary.refusals == (Reason.PERSON_DISALLOWED, Reason.PERSON_INACTIVE, Reason.EMAIL_BOUNCED)


def test_what_a_text_message_needs(mara, account):
    assert (look(mara).has_number, look(mara).has_gateway) == (True, True)
    her_provider_ended(mara)
    changes.set_phones(mara, (), clock.now())
    assert (look(mara).has_number, look(mara).has_gateway) == (False, False)


def test_a_directory_of_one_password_is_told(mara, account, monkeypatch):
    monkeypatch.setattr(Builtin, "can_hold_pending", False)
    assert look(mara).ways[1].refusals == (Reason.DIRECTORY_HOLDS_ONE,)
    assert look(mara).is_ready  # by a link


def test_whether_there_is_a_mail_profile(in_movers, settings):
    settings.KEYTURN_EMAIL_URL = ""
    assert not readiness.has_mail_profile()
    MailProfile.objects.create(name="own", host="mail.movers.example", port=587, from_address="a@movers.example")
    assert readiness.has_mail_profile()


def crowd(count: int, now) -> None:
    """So many people, every third of them inactive."""
    for number in range(count):
        status = Person.INACTIVE if number % 3 == 0 else Person.ACTIVE
        name = f"person{number}@movers.example"
        person = changes.create(NewPerson(name, f"Person {number}", email=name, status=status), now)
        accounts.open(person, person.identifier, now)


@pytest.mark.mission("M0.21")
def test_the_tenants_people_are_counted_part_by_part(in_movers, now, monkeypatch):
    monkeypatch.setattr(readiness, "PART", 4)
    crowd(10, now)
    seen, ready, after, parts = 0, 0, None, 0
    while parts == 0 or after:
        part = readiness.part(in_movers, now, after=after)
        seen, ready, after, parts = seen + part.seen, ready + part.ready, part.after, parts + 1
    assert (seen, ready, parts) == (10, 6, 3)


def test_a_part_costs_the_same_statements_however_many_people(in_movers, now):
    crowd(2, now)
    with CaptureQueriesContext(connection) as few:
        readiness.part(in_movers, now)
    crowd_more(now)
    with CaptureQueriesContext(connection) as many:
        readiness.part(in_movers, now)
    assert len(few) == len(many) <= 6


def crowd_more(now) -> None:
    for number in range(20):
        name = f"more{number}@movers.example"
        accounts.open(changes.create(NewPerson(name, name, email=name), now), name, now)


def test_looking_takes_no_place(mara, account, in_movers):
    for _ in range(5):
        look(mara)
    assert acts.recover(in_movers).state == Recovery.OPEN
