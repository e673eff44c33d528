"""The caller reads out a code that the operator never saw; three tries, whatever happens at once (C42)."""

import json
from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.outbox.models import Message
from keyturn.people import changes
from keyturn.people.models import Address
from keyturn.recovery import caller_check, desk
from keyturn.recovery.caller_check import Begun, Malformed, NotThere, Over, Passed, Wrong
from keyturn.recovery.models import CallerCheck
from tests.recovery.acts import other_than
from tests.recovery.desk import caller, code_of, operator, reads_out, sends_code


@pytest.mark.parametrize("kind", [Address.EMAIL, Address.PHONE])
def test_the_right_code_passes(mara, otto, kind):
    begun = sends_code(mara, otto, kind)
    assert isinstance(begun, Begun)
    assert isinstance(reads_out(mara, otto, begun, code_of(begun)), Passed)
    assert caller_check.passed(caller(mara, otto), clock.now()).pk == begun.check.pk
    assert Event.objects.get(action="caller_check.passed").actor == f"operator:{otto.pk}"


def test_it_is_kept_nowhere_that_an_operator_or_a_thief_could_read(mara, otto):
    begun = sends_code(mara, otto)
    code = code_of(begun)
    kept = json.dumps(
        [repr(begun), list(CallerCheck.objects.values()), list(Event.objects.values("data"))], default=str
    )
    assert code not in kept and "m***@m***.example" in kept


def test_the_fourth_try_is_not_judged(mara, otto):
    begun = sends_code(mara, otto)
    wrong = other_than(code_of(begun))
    assert [reads_out(mara, otto, begun, wrong) for _ in range(3)] == [Wrong(2), Wrong(1), Wrong(0)]
    assert reads_out(mara, otto, begun, code_of(begun)) == Over()
    assert Event.objects.filter(action="caller_check.failed").count() == 1


def test_control_without_the_count_it_would_be(mara, otto, monkeypatch):
    begun = sends_code(mara, otto)
    monkeypatch.setattr(caller_check, "count_try", lambda check, now: True)
    for _ in range(3):
        reads_out(mara, otto, begun, other_than(code_of(begun)))
    assert isinstance(reads_out(mara, otto, begun, code_of(begun)), Passed)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", None, ["123456"], "\0" * 6, "1" * 10**6])
def test_what_is_no_code_counts_no_try(mara, otto, typed):
    begun = sends_code(mara, otto)
    assert reads_out(mara, otto, begun, typed) == Malformed()
    assert CallerCheck.objects.get().attempts == 0


def test_it_ends_after_ten_minutes(mara, otto):
    begun = sends_code(mara, otto)
    CallerCheck.objects.update(expires_at=clock.now())
    assert reads_out(mara, otto, begun, code_of(begun)) == Over()


def test_a_new_code_ends_the_earlier_one(mara, otto):
    earlier = sends_code(mara, otto)
    newer = sends_code(mara, otto)
    assert reads_out(mara, otto, earlier, code_of(earlier)) == Over()
    assert isinstance(reads_out(mara, otto, newer, code_of(newer)), Passed)


def test_another_operator_cannot_answer_it(mara, otto, olga):
    begun = sends_code(mara, otto)
    assert reads_out(mara, olga, begun, code_of(begun)) == Over()
    assert CallerCheck.objects.get().attempts == 0


def test_it_goes_to_stored_addresses_only_the_second_one_first(mara, otto):
    changes.set_other_addresses(mara, ("home@mara.example",), clock.now())
    places = caller_check.places(caller(mara, otto), clock.now())
    assert [one.is_main for one in places] == [False, False, True]
    Address.objects.filter(raw="home@mara.example").update(bounced_at=clock.now())
    Address.objects.filter(kind=Address.PHONE).update(set_by_person_at=clock.now() - timedelta(hours=1))
    assert [one.is_main for one in caller_check.places(caller(mara, otto), clock.now())] == [True]


def test_no_code_goes_to_an_address_of_somebody_else(mara, otto):
    nils = changes.create(changes.NewPerson("nils", "Nils", email="nils@movers.example"), clock.now())
    foreign = Address.objects.get(person=nils)
    assert caller_check.begin(caller(mara, otto), foreign.pk, clock.now()) == NotThere()
    assert not Message.objects.exists()


def test_nobody_checks_a_superior(mara, otto, in_movers):
    operator(in_movers, "mara", "owner")
    assert sends_code(mara, otto) == desk.Outranked()


def test_an_operator_sends_twenty_codes_an_hour(mara, otto):
    sent = [type(sends_code(mara, otto)) for _ in range(21)]
    assert sent == [Begun] * 20 + [desk.TooMany]
