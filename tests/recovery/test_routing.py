"""Which tenants look at a claim (M0.13, M0.14): tables, properties, and the real routing table."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.directories import accounts
from keyturn.lib import clock, points
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.changes import NewPerson, NewPhone
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.models import Intake, Recovery
from keyturn.recovery.routing import choose
from keyturn.tenants import scope
from tests.recovery import acts
from tests.recovery.acts import MARAS_EMAIL, MARAS_PHONE

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
LABS_PHONE = "+14155550177"


@pytest.mark.mission("M0.13", "M0.14")
@pytest.mark.parametrize(
    "by_phone, by_email, tenants",
    [
        ((), (), ()),
        ((), (A,), (A,)),
        ((), (A, B), (A, B)),  # no phone to tell them apart: one message each
        ((B,), (A, B), (B,)),  # the phone tells them apart
        ((B,), (A,), (A,)),  # somebody else's phone
        ((C,), (A, B), (A, B)),  # somebody else's phone tells nothing apart
        ((A,), (), (A,)),  # an email that nobody knows: the refusal is the phone's tenant's
    ],
)
def test_the_tenants_that_look_at_a_claim(by_phone, by_email, tenants):
    assert choose(by_phone, by_email) == tenants


tenants = st.sampled_from([A, B, C])


@given(st.lists(tenants, max_size=1), st.lists(tenants, unique=True))
def test_nobody_is_asked_who_knows_neither_and_nobody_twice(by_phone, by_email):
    chosen = choose(by_phone, by_email)
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(by_phone) | set(by_email)
    assert not by_email or set(chosen) <= set(by_email)


@pytest.fixture
def mara_in_both(mara, labs, now):
    """Mara works for both, with the same email and another phone at Labs."""
    with scope.inside(labs.id):
        person = changes.create(
            NewPerson(
                "mara", "Mara Lind", MARAS_EMAIL, phones=(NewPhone(LABS_PHONE),), allow_mobile_password_reset=True
            ),
            now,
        )
        accounts.open(person, "mara", now)


def log_of(tenant) -> list[str]:
    with scope.inside(tenant.id):
        return list(Recovery.objects.values_list("state", flat=True))


def asks_anywhere(email: str, phone: str = "") -> None:
    acts.ask(None, Claim(email=email, phone=phone), "temporary_password")
    acts.resolve_all()


@pytest.mark.mission("M0.14")
@pytest.mark.parametrize(
    "phone, at_movers, at_labs",
    [
        ("", ["open"], ["open"]),
        (MARAS_PHONE, ["open"], []),
        (LABS_PHONE, [], ["open"]),
        ("+14155550199", ["open"], ["open"]),
    ],
)
def test_an_email_known_in_two_tenants(mara_in_both, movers, labs, phone, at_movers, at_labs):
    asks_anywhere(MARAS_EMAIL, phone)
    assert (log_of(movers), log_of(labs)) == (at_movers, at_labs)
    assert not Intake.objects.filter(due_at__isnull=False).exists()


@pytest.mark.mission("M0.14")
def test_a_phone_of_one_tenant_with_an_email_of_another_is_somebody_elses(mara, labs, movers, now):
    with scope.inside(labs.id):
        changes.create(NewPerson("lena", "Lena Ort", "lena@labs.example", phones=(NewPhone(LABS_PHONE),)), now)
    asks_anywhere(MARAS_EMAIL, LABS_PHONE)
    assert (log_of(movers), log_of(labs)) == (["open"], [])
    with scope.inside(movers.id):
        assert [message.channel for message in Message.objects.all()] == ["email"]


@pytest.mark.mission("M0.13")
def test_the_phones_tenant_keeps_the_refusal_of_an_unknown_email(mara, movers, labs):
    asks_anywhere("nobody@elsewhere.example", MARAS_PHONE)
    assert (log_of(movers), log_of(labs)) == (["refused"], [])


def test_whom_nobody_knows_is_in_nobodys_log(mara, movers, labs):
    asks_anywhere("nobody@elsewhere.example")
    assert (log_of(movers), log_of(labs)) == ([], [])
    intake = Intake.objects.get()
    assert intake.resolved_at and intake.sealed_claim is None


def test_on_a_tenants_own_address_the_others_are_not_asked(mara_in_both, movers, labs):
    acts.ask(labs, Claim(email=MARAS_EMAIL, phone=MARAS_PHONE), "temporary_password")
    acts.resolve_all()
    assert (log_of(movers), log_of(labs)) == ([], ["open"])


def test_a_worker_that_died_between_two_tenants_makes_no_second_recovery(mara_in_both, movers, labs, monkeypatch):
    class Killed(BaseException):
        pass

    def die_after_the_first(name):
        if name == "resolve.committed":
            raise Killed

    acts.ask(None, Claim(email=MARAS_EMAIL), "temporary_password")
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(points, "reach", die_after_the_first)
        acts.resolve_all()
    assert sorted(log_of(movers) + log_of(labs)) == ["open"]
    Intake.objects.update(lease_until=clock.now())
    acts.resolve_all()
    assert (log_of(movers), log_of(labs)) == (["open"], ["open"])
