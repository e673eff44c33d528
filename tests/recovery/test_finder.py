"""From stored rows to facts: every state of a person and tenant ends in its reason, whatever the spelling."""

from datetime import timedelta

import pytest

from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.models import Account
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.people.models import Address, Person
from keyturn.recovery import finder
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.core.facts import Method
from keyturn.recovery.models import Recovery
from keyturn.tenants.models import Tenant
from tests.recovery import acts
from tests.recovery.acts import MARAS_EMAIL, MARAS_PHONE, recover

TEMPORARY = "temporary_password"


def the_tenant_is_suspended(mara):
    Tenant.objects.update(status=Tenant.SUSPENDED)


def the_tenant_forbids_it(mara):
    Tenant.objects.update(allow_mobile_password_reset=False, allow_password_reset_via_email=False)


def she_left(mara):
    changes.set_status(mara, Person.INACTIVE, clock.now())


def her_email_came_back(mara):
    Address.objects.filter(raw=MARAS_EMAIL).update(bounced_at=clock.now())


def her_email_only_finds_her(mara):
    Address.objects.filter(raw=MARAS_EMAIL).update(may_receive=False)


def she_changed_it_an_hour_ago(mara):
    Address.objects.update(set_by_person_at=clock.now() - timedelta(hours=1))


def she_has_no_login(mara):
    Account.objects.all().delete()


@pytest.mark.mission("M0.7", "M0.9", "M0.20")
@pytest.mark.parametrize("method", ["link", TEMPORARY])
@pytest.mark.parametrize(
    "when, reason",
    [
        (the_tenant_is_suspended, "tenant_suspended"),
        (the_tenant_forbids_it, "method_disallowed"),
        (she_left, "person_inactive"),
        (her_email_came_back, "email_bounced"),
        (her_email_only_finds_her, "email_may_not_receive"),
        (she_changed_it_an_hour_ago, "address_fresh"),
        (she_has_no_login, "no_account"),
    ],
)
def test_the_request_log_says_why(mara, account, in_movers, method, when, reason):
    when(mara)
    assert recover(in_movers, method=method).reason == reason
    assert not Message.objects.exists()


@pytest.mark.mission("M0.8")
def test_the_persons_own_switch_is_for_temporary_passwords(mara, in_movers):
    changes.update(mara, clock.now(), allow_mobile_password_reset=False)
    assert recover(in_movers, method=TEMPORARY).reason == "person_disallowed"
    assert recover(in_movers).state == Recovery.OPEN


@pytest.mark.mission("M0.4")
def test_a_directory_that_would_lose_the_original_sends_no_temporary_password(mara, in_movers, monkeypatch):
    monkeypatch.setattr(Builtin, "can_hold_pending", False)
    assert recover(in_movers, method=TEMPORARY).reason == "directory_holds_one"
    assert recover(in_movers).state == Recovery.OPEN


@pytest.mark.mission("M0.10")
def test_somebody_without_an_email(in_movers, now):
    changes.create(NewPerson("driver-7", "Driver Seven", phones=(NewPhone("+14155550107"),)), now)
    acts.ask(in_movers, Claim(identifier="driver-7"))
    acts.resolve_all()
    assert Recovery.objects.get().reason == "no_email"


def test_an_address_set_by_an_operator_is_not_fresh_where_one_operator_may_reset(mara, in_movers):
    changes.set_email(mara, "mara@new.example", clock.now(), actor="operator:otto")
    assert recover(in_movers, email="mara@new.example").state == Recovery.OPEN


def test_an_address_she_set_herself_waits_a_day(mara, in_movers):
    changes.set_email(mara, "mara@new.example", clock.now(), actor=f"person:{mara.pk}")
    assert recover(in_movers, email="mara@new.example").reason == "address_fresh"
    Address.objects.update(set_by_person_at=clock.now() - timedelta(hours=24))
    assert recover(in_movers, email="mara@new.example").state == Recovery.OPEN


@pytest.mark.mission("M0.14")
def test_another_address_of_hers_will_do_where_the_phone_is_hers(mara, in_movers):
    changes.set_other_addresses(mara, ["mara@home.example"], clock.now())
    assert recover(in_movers, email="mara@home.example", method=TEMPORARY).reason == "person_unknown"
    recovery = recover(in_movers, email="mara@home.example", phone=MARAS_PHONE, method=TEMPORARY)
    assert recovery.channels == ["email", "sms"]
    assert Message.objects.get(channel="email").address.raw == "mara@home.example"


@pytest.mark.mission("M0.15")
def test_the_sms_goes_to_the_number_on_record_not_to_the_typed_one(mara, in_movers):
    numbers = (NewPhone(MARAS_PHONE, "office", finds_person=True), NewPhone("+14155550102", "sms"))
    changes.set_phones(mara, numbers, clock.now())
    recover(in_movers, phone=MARAS_PHONE, method=TEMPORARY)
    assert Message.objects.get(channel="sms").address.raw == "+14155550102"


LOOK_ALIKES = ["mаra@movers.example", "ｍara@movers.example", "marα@movers.example", "mara@moverſ.example"]  # noqa: RUF001


@pytest.mark.parametrize("method", ["link", TEMPORARY])
@pytest.mark.parametrize("typed", LOOK_ALIKES)
def test_a_look_alike_is_somebody_else_or_the_stored_address(mara, in_movers, typed, method):
    """CVE-2019-19844: mail goes to the stored bytes or nowhere."""
    acts.ask(in_movers, Claim(email=typed), method)
    acts.resolve_all()
    assert set(Message.objects.values_list("address__raw", flat=True)) <= {MARAS_EMAIL}


def test_a_user_name_that_is_somebodys_address_catches_nobodys_mail(mara, in_movers, now):
    """CVE-2022-39229: Mallory is called by Mara's address, as two at once could bring about."""
    changes.set_email(mara, "mara@home.example", now)
    mara.refresh_from_db()
    mallory = changes.create(NewPerson("mallory", "Mallory", email="mallory@movers.example"), now)
    Person.objects.filter(pk=mallory.pk).update(identifier="mara@home.example", identifier_key="mara@home.example")
    acts.ask(in_movers, Claim(identifier="mara@home.example"))
    acts.resolve_all()
    assert Message.objects.get().address.raw == "mara@home.example"


@pytest.mark.parametrize(
    ("door", "switch", "other"),
    [("portal", "allow_link_on_portal", "allow_link_in_api"), ("api", "allow_link_in_api", "allow_link_on_portal")],
)
def test_each_door_has_a_switch_of_its_own(mara, in_movers, door, switch, other):
    claim = Claim(email=MARAS_EMAIL)
    request = finder.Request(claim, Method.LINK, door=door)
    assert finder.find(request, in_movers, clock.now()).facts.tenant.allows_link
    setattr(in_movers, switch, False)
    assert not finder.find(request, in_movers, clock.now()).facts.tenant.allows_link
    whichever = finder.Request(claim, Method.LINK)
    assert finder.find(whichever, in_movers, clock.now()).facts.tenant.allows_link
    setattr(in_movers, other, False)
    assert not finder.find(whichever, in_movers, clock.now()).facts.tenant.allows_link


def test_how_many_messages_an_account_gets_is_the_tenants_choice(mara, account, in_movers):
    Tenant.objects.update(mails_per_hour=1)
    in_movers.refresh_from_db()
    assert recover(in_movers).state == Recovery.OPEN
    assert recover(in_movers).reason == "too_many_to_account"
    Tenant.objects.update(mails_per_hour=2)
    in_movers.refresh_from_db()
    assert recover(in_movers).state == Recovery.OPEN
