"""Asking is blind: one row, one reference, one answer, whoever it is about."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.audit.models import Event
from keyturn.lib import seal
from keyturn.limits.models import Counter
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.people.models import Person
from keyturn.recovery import intake, limits
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.intake import Accepted, Asked, TooMany
from keyturn.recovery.models import Intake
from keyturn.tenants import scope

LOOKS_AT_SOMEBODY = ("people_", "directories_", "outbox_", "access_", "recovery_recovery", "recovery_ticket")
NAMES = ["mara@movers.example", "nobody@movers.example", "nils@movers.example", "lena@labs.example", "driver-7"]
_NUMBER = iter(range(10**9))


def asks(tenant, name: str, source: str = "", method: str = "link") -> Asked:
    source = source or f"198.51.100.{next(_NUMBER)}"
    return Asked(Claim(identifier=name), method=method, door="portal", source=source, tenant=tenant)


@pytest.fixture
def world(movers, labs, now):
    """Mara is known, Nils left, a driver has no address, Lena belongs to the other tenant."""
    with scope.inside(movers.id):
        changes.create(NewPerson("mara@movers.example", "Mara Lind", email="mara@movers.example"), now)
        nils = NewPerson("nils@movers.example", "Nils Berg", email="nils@movers.example", status=Person.INACTIVE)
        changes.create(nils, now)
        changes.create(NewPerson("driver-7", "Driver Seven"), now)
    with scope.inside(labs.id):
        changes.create(NewPerson("lena@labs.example", "Lena Ort", email="lena@labs.example"), now)
    return movers


def statements_of(asked: Asked, now) -> list[str]:
    """The texts of all statements of one asking, without the values in them."""
    with CaptureQueriesContext(connection) as captured:
        assert isinstance(intake.ask(asked, now), Accepted)
    return [_without_values(query["sql"]) for query in captured.captured_queries]


def _without_values(sql: str) -> str:
    values = r"X?'[^']*'(::\w+)?|\b\d+\b|\bNULL\b|\btrue\b|\bfalse\b"
    return re.sub(values, "?", re.sub(r'(SAVEPOINT|RELEASE SAVEPOINT) "?\w+"?', r"\1", sql))


@pytest.mark.mission("M0.1", "M3.1")
def test_the_same_statements_run_for_everybody_and_read_nobody(world, now):
    for _ in range(limits.ASKING_BY_NAME.at_most):
        intake.ask(asks(world, "over@movers.example"), now)
    intake.ask(asks(world, "warm-up"), now)
    told = [statements_of(asks(world, name), now) for name in [*NAMES, "over@movers.example"]]
    assert all(one == told[0] for one in told)
    assert not [sql for sql in told[0] for table in LOOKS_AT_SOMEBODY if table in sql]
    assert Intake.objects.get(over_limit=True)


def test_a_look_at_the_person_would_be_seen(world, now, monkeypatch):
    """The negative control: an intake that asks whether there is such a person."""
    honest = intake._write_down

    def curious(asked, over_limit, now):
        with scope.inside(asked.tenant.id):
            if Person.objects.filter(identifier=asked.claim.name).exists():
                Person.objects.count()
        return honest(asked, over_limit, now)

    monkeypatch.setattr(intake, "_write_down", curious)
    known, unknown = (statements_of(asks(world, name), now) for name in NAMES[:2])
    assert known != unknown
    assert [sql for sql in unknown if "people_person" in sql]


def test_the_claim_is_sealed_to_its_own_row(movers, now):
    intake.ask(asks(movers, "mara@movers.example"), now)
    intake.ask(asks(movers, "nils@movers.example"), now)
    one, other = Intake.objects.order_by("id")
    assert b"@movers.example" not in bytes(one.sealed_claim)
    assert b"@movers.example" in seal.unseal("intake", one.sealed_claim, intake.context(one.id))
    with pytest.raises(seal.SealBroken):
        seal.unseal("intake", one.sealed_claim, intake.context(other.id))


def test_a_reference_can_be_read_out(movers, now):
    answer = intake.ask(asks(movers, "mara@movers.example"), now)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", answer.reference)
    assert Intake.objects.get().reference == answer.reference


def test_a_reference_that_is_taken_is_drawn_again_and_counts_once(movers, now, monkeypatch):
    drawn = iter(["AAAA-AAAA", "AAAA-AAAA", "BBBB-BBBB"])
    monkeypatch.setattr(intake.reference, "draw", lambda: next(drawn))
    assert intake.ask(asks(movers, "mara", "192.0.2.1"), now) == Accepted("AAAA-AAAA")
    assert intake.ask(asks(movers, "mara", "192.0.2.1"), now) == Accepted("BBBB-BBBB")
    assert Counter.objects.get(key=limits.ASKING_BY_SOURCE.key("192.0.2.1")).hits == 2


@pytest.mark.parametrize(
    "spelling", ["mara@movers.example", "MARA@Movers.Example", " mara@movers.example ", "Mara@movers.EXAMPLE"]
)
def test_every_spelling_of_a_name_shares_one_counter(movers, now, spelling):
    for _ in range(limits.ASKING_BY_NAME.at_most):
        intake.ask(asks(movers, spelling), now)
    intake.ask(asks(movers, "mara@movers.example"), now)
    assert Intake.objects.filter(over_limit=True).count() == 1


def test_composed_and_decomposed_letters_share_one_counter(movers, now):
    for number in range(limits.ASKING_BY_NAME.at_most):
        intake.ask(asks(movers, "jos\u00e9" if number % 2 else "jose\u0301"), now)
    intake.ask(asks(movers, "JOS\u00e9"), now)
    assert Intake.objects.filter(over_limit=True).count() == 1


def test_another_tenant_counts_for_itself(movers, labs, now):
    for _ in range(limits.ASKING_BY_NAME.at_most):
        intake.ask(asks(movers, "mara@movers.example"), now)
    intake.ask(asks(labs, "mara@movers.example"), now)
    assert not Intake.objects.filter(over_limit=True).exists()


def test_a_source_over_its_limit_waits_and_takes_no_place_from_its_tenant(in_movers, now, monkeypatch):
    monkeypatch.setattr(limits, "ASKING_BY_TENANT", limits.Limit("t", 31, timedelta(minutes=10)))
    for number in range(limits.ASKING_BY_SOURCE.at_most):
        assert isinstance(intake.ask(asks(in_movers, f"p{number}", "192.0.2.1"), now), Accepted)
    for number in range(5):
        until = now + timedelta(minutes=10)
        assert intake.ask(asks(in_movers, f"q{number}", "192.0.2.1"), now) == TooMany(until)
    assert isinstance(intake.ask(asks(in_movers, "mara", "192.0.2.2"), now), Accepted)
    assert isinstance(intake.ask(asks(in_movers, "mara", "192.0.2.3"), now), TooMany)


def test_a_flooded_tenant_says_so_once(in_movers, now, monkeypatch):
    monkeypatch.setattr(limits, "ASKING_BY_TENANT", limits.Limit("t", 1, timedelta(minutes=10)))
    answers = [intake.ask(asks(in_movers, "mara"), now) for _ in range(4)]
    assert [type(answer) for answer in answers] == [Accepted, TooMany, TooMany, TooMany]
    assert Event.objects.filter(action="recovery.flooded").count() == 1


def test_on_the_installations_address_no_tenant_is_named(db, now):
    intake.ask(asks(None, "mara@movers.example", method="temporary_password"), now)
    assert Intake.objects.get().tenant_id is None
