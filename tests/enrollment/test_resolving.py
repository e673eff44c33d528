"""Signing up with a PIN: what comes of a good one, and that nothing comes of any other."""

from datetime import timedelta

import pytest

from keyturn.access.models import Session
from keyturn.access.sign_in import SignedIn
from keyturn.audit.models import Event
from keyturn.directories import accounts
from keyturn.directories.models import TemporaryPassword
from keyturn.enrollment import pins
from keyturn.enrollment.core.policy import Reason
from keyturn.enrollment.models import MadeByPin, Pin, SignUp
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people import changes, routes
from keyturn.people.models import Address, Person, Route
from keyturn.people.rights import holding
from tests.enrollment import acts
from tests.enrollment.acts import PIA, PIAS_EMAIL, issue, sign_up

DAY = timedelta(days=1)


def pia() -> Person | None:
    return Person.objects.filter(identifier_key=PIA).first()


@pytest.mark.mission("M2.9", "M2.11")
def test_a_good_pin_puts_somebody_on_record_who_is_not_active_yet(open_to_all, mara):
    pin = issue(mara)
    done = sign_up(open_to_all, pin.text)
    made = pia()
    assert (done.state, done.reason, done.person, done.pin, done.sealed) == (SignUp.ACCEPTED, "", made, pin.pin, None)
    assert (made.status, made.is_active, made.can_be_reached) == (Person.PENDING, False, False)
    address = Address.objects.get(person=made)
    assert (address.raw, address.is_main, address.may_receive) == (PIAS_EMAIL, True, True)
    assert (address.finds_person, address.verified_at) == (False, None)
    assert not Route.objects.filter(digest=_digest(address)).exists()
    assert MadeByPin.objects.get(person=made).owner == mara
    assert acts.mailed()["USERNAME"] == PIA
    temporary = TemporaryPassword.objects.get()
    assert (temporary.account, temporary.expires_at - temporary.created_at) == (accounts.of(made), DAY)


@pytest.mark.mission("M2.11")
def test_the_first_sign_in_activates_verifies_and_asks_for_an_own_password(open_to_all, mara):
    sign_up(open_to_all, issue(mara).text)
    signed_in = acts.signs_in(open_to_all, acts.mailed()["PASSWORD"])
    assert isinstance(signed_in, SignedIn) and signed_in.must_change_password
    assert Session.objects.get().is_restricted
    made, address = pia(), Address.objects.get(raw=PIAS_EMAIL)
    assert (made.status, made.can_be_reached) == (Person.ACTIVE, True)
    assert address.finds_person and address.verified_at
    assert Route.objects.filter(digest=_digest(address)).exists()
    assert Event.objects.get(action="person.activated").actor == f"person:{made.pk}"


@pytest.mark.mission("M2.10")
def test_the_new_user_gets_the_owners_rights_of_that_moment(open_to_all, mara, catalogue):
    pin = issue(mara, withheld=frozenset({"permission:report"}))
    catalogue.grants(mara, {"dispatch", "report", "reset"}, {"driver"}, {("Acme", "allow")})
    sign_up(open_to_all, pin.text)
    rights = holding.rights_of(pia())
    assert rights.permissions == {"dispatch"}
    assert rights.profiles == {"driver"}
    assert {(one.company, one.effect) for one in rights.exceptions} == {("Acme", "allow")}
    kept = MadeByPin.objects.get().rights
    assert kept == {"permissions": ["dispatch"], "profiles": ["driver"], "companies": [["Acme", "allow"]]}


def _wrong(pin: pins.Issued) -> str:
    return pin.text[:-1] + ("A" if pin.text[-1] != "A" else "B")


@pytest.mark.mission("M2.13")
@pytest.mark.parametrize(
    "reason, spoil",
    [
        (Reason.PIN_WRONG, lambda pin, mara, now: Pin.objects.update(secret_hash="x")),
        (Reason.PIN_ENDED, lambda pin, mara, now: pins.revoke(mara, now, actor="owner")),
        (Reason.PIN_EXPIRED, lambda pin, mara, now: Pin.objects.update(expires_at=now - timedelta(seconds=1))),
        (Reason.PIN_SPENT, lambda pin, mara, now: Pin.objects.update(uses=1)),
        (Reason.OWNER_INACTIVE, lambda pin, mara, now: changes.set_status(mara, Person.INACTIVE, now)),
        (Reason.PIN_WRONG, lambda pin, mara, now: changes.delete(mara, now)),
        (Reason.DOMAIN_NOT_ADMITTED, lambda pin, mara, now: Pin.objects.update(domains=["labs.example"])),
        (Reason.ADDRESS_NOT_INVITED, lambda pin, mara, now: Pin.objects.update(fixed_address="x@movers.example")),
    ],
)
def test_nothing_comes_of_any_other_pin(open_to_all, mara, now, reason, spoil):
    pin = issue(mara)
    spoil(pin, mara, now)
    uses = list(Pin.objects.values_list("uses", flat=True))
    done = sign_up(open_to_all, pin.text)
    assert (done.state, done.reason, done.sealed) == (SignUp.REFUSED, reason, None)
    assert pia() is None and not Message.objects.exists()
    assert list(Pin.objects.values_list("uses", flat=True)) == uses
    assert Event.objects.get(action="sign_up.refused").reason == reason


def test_an_owner_who_comes_back_brings_no_old_pin_along(open_to_all, mara, now):
    pin = issue(mara)
    changes.set_status(mara, Person.INACTIVE, now)
    changes.set_status(mara, Person.ACTIVE, now)
    assert pins.of(mara, now) is None
    assert sign_up(open_to_all, pin.text).reason == Reason.OWNER_INACTIVE


@pytest.mark.mission("M2.1")
@pytest.mark.parametrize(
    "mode, door, is_let_in",
    [
        ("off", "web", 0),
        ("off", "api", 0),
        ("web", "web", 1),
        ("web", "api", 0),
        ("all", "web", 1),
        ("all", "api", 1),
    ],
)
def test_the_worker_asks_the_mode_again(open_to_all, mara, mode, door, is_let_in):
    open_to_all.pin_sign_up = mode
    open_to_all.save(update_fields=["pin_sign_up"])
    done = sign_up(open_to_all, issue(mara).text, door=door)
    assert (done.state == SignUp.ACCEPTED) is bool(is_let_in)
    assert done.reason == ("" if is_let_in else Reason.DOOR_CLOSED)


@pytest.mark.parametrize(
    "typed, reason",
    [
        ({"username": "mara@movers.example", "email": "mara@movers.example"}, Reason.ADDRESS_TAKEN),
        ({"email": "MARA@movers.example"}, Reason.ADDRESS_TAKEN),
        ({"username": "Driver-7"}, Reason.USERNAME_TAKEN),
    ],
)
def test_what_is_taken_is_told_to_the_address_alone(open_to_all, mara, typed, reason):
    pin = issue(mara)
    done = sign_up(open_to_all, pin.text, **typed)
    assert (done.state, done.reason, done.person) == (SignUp.REFUSED, reason, None)
    message = Message.objects.get()
    assert message.purpose == "sign_up_taken"
    told = message.address.raw if message.address else message.elsewhere
    assert told == ("mara@movers.example" if "email" in typed else PIAS_EMAIL)
    assert Pin.objects.get().uses == 0


def test_a_stranger_with_a_pin_cannot_fill_a_mailbox(open_to_all, mara):
    pin = issue(mara)
    reasons = [sign_up(open_to_all, pin.text, email="mara@movers.example").reason for _ in range(5)]
    assert reasons == [Reason.ADDRESS_TAKEN] * 3 + [Reason.TOO_MANY_TO_DESTINATION] * 2
    assert Message.objects.count() == 3


def test_the_last_use_ends_the_pin_and_wipes_its_copy(open_to_all, mara):
    pin = issue(mara, max_uses=2)
    assert sign_up(open_to_all, pin.text).state == SignUp.ACCEPTED
    assert Pin.objects.get().sealed and Person.objects.get(pk=mara.pk).has_pin
    assert sign_up(open_to_all, pin.text, username="quinn", email="quinn@movers.example").state == SignUp.ACCEPTED
    ended = Pin.objects.get()
    assert (ended.uses, ended.ended_because, ended.sealed) == (2, "spent", None)
    assert not Person.objects.get(pk=mara.pk).has_pin


def test_a_sign_up_that_cannot_be_opened_is_given_up(open_to_all, mara):
    SignUp.objects.create(
        reference="AAAA-AAAA", door="web", source="x", sealed=b"junk", created_at=clock.now(), due_at=clock.now()
    )
    assert acts.resolve_all() == 1
    assert SignUp.objects.get().reason == "given_up"


def _digest(address: Address) -> str:
    return routes.digest_of(address.kind, address.lowered)
