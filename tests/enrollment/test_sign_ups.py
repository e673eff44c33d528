"""Asking to sign up is blind: one row, one reference, one answer, whatever the PIN and whoever it is about."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.enrollment import limits, pins, sign_ups, wishes
from keyturn.enrollment.core import pin as core
from keyturn.enrollment.models import Pin, SignUp
from keyturn.enrollment.sign_ups import Accepted, TooMany, WishRefused
from keyturn.limits.models import Counter
from tests.enrollment.acts import asks, issue

LOOKS_AT_SOMEBODY = (
    "people_",
    "directories_",
    "outbox_",
    "access_",
    "enrollment_pin",
    "enrollment_made",
    "operators_",
)


def statements_of(asked, now) -> list[str]:
    """The texts of all statements of one asking, without the values in them."""
    with CaptureQueriesContext(connection) as captured:
        assert isinstance(sign_ups.ask(asked, now), Accepted)
    return [_without_values(query["sql"]) for query in captured.captured_queries]


def _without_values(sql: str) -> str:
    values = r"X?'[^']*'(::\w+)?|\b\d+\b|\bNULL\b|\btrue\b|\bfalse\b"
    return re.sub(values, "?", re.sub(r'(SAVEPOINT|RELEASE SAVEPOINT) "?\w+"?', r"\1", sql))


@pytest.fixture
def every_sort(open_to_all, mara, now) -> list:
    """A good PIN, a wrong one, a spent, a revoked; a taken name and a taken address."""
    revoked = issue(mara).text
    spent = issue(mara)
    Pin.objects.filter(pk=spent.pin.pk).update(uses=1)
    good = issue(mara).text
    typed = [{"pin": one} for one in (good, core.draw().written, spent.text, revoked)]
    taken = [{"pin": good, "email": "mara@movers.example"}, {"pin": good, "username": "driver-7"}]
    return [asks(open_to_all, **one) for one in typed + taken]


@pytest.mark.mission("M2.9")
def test_the_same_statements_run_for_every_pin_and_read_nobody(every_sort, open_to_all, now):
    sign_ups.ask(asks(open_to_all, core.draw().written), now)
    told = [statements_of(one, now) for one in every_sort]
    assert all(one == told[0] for one in told)
    assert not [sql for sql in told[0] for table in LOOKS_AT_SOMEBODY if table in sql]


def test_a_look_at_the_pin_would_be_seen(every_sort, open_to_all, now, monkeypatch):
    """The negative control: an intake that asks whether there is such a PIN."""
    honest = sign_ups._write_down

    def curious(asked, wish, now, **others):
        if Pin.objects.filter(selector=wish.pin_text.selector).exists():
            Pin.objects.count()
        return honest(asked, wish, now, **others)

    monkeypatch.setattr(sign_ups, "_write_down", curious)
    good, wrong = (statements_of(one, now) for one in every_sort[:2])
    assert good != wrong


def test_what_was_typed_is_sealed_to_its_own_row(open_to_all, now):
    code = core.draw().written
    for _ in range(2):
        sign_ups.ask(asks(open_to_all, code), now)
    one, other = SignUp.objects.order_by("pk")
    stored = repr(SignUp.objects.order_by("pk").values()[0])
    assert code not in stored and "pia@movers" not in stored
    assert wishes.opened(one.sealed, one.pk).pin == code
    assert wishes.opened(one.sealed, other.pk) is None


@pytest.mark.parametrize(
    "typed, problems",
    [
        ({"pin": "1234"}, {"pin": "not_a_pin"}),
        ({"pin": None}, {"pin": "not_a_pin"}),
        ({"pin": ["x"]}, {"pin": "not_a_pin"}),
        ({"pin": "7" * 10**6}, {"pin": "not_a_pin"}),
        ({"email": "pia"}, {"email": "not_an_address"}),
        ({"email": None}, {"email": "empty"}),
        ({"email": "pia@movers.example\r\nBcc: x@y.example"}, {"email": "control_character"}),
        ({"email": "x" * 10**6 + "@movers.example"}, {"email": "too_long"}),
        ({"username": ""}, {"username": "empty"}),
        ({"username": "\0"}, {"username": "control_character"}),
        ({"username": "\ud800"}, {"username": "not_unicode"}),
        ({"username": "p" * 65}, {"username": "too_long"}),
        ({"username": "p" * 10**6}, {"username": "too_long"}),
        ({"username": "win a prize"}, {"username": "not_one_word"}),
        ({"username": "http://evil.example"}, {"username": "not_one_word"}),
        ({"username": "WWW.evil.example"}, {"username": "not_one_word"}),
        ({"username": "nils@movers.example"}, {"username": "other_address"}),
        ({"username": {"a": 1}}, {"username": "empty"}),
        ({"pin": "", "email": "", "username": ""}, {"pin": "not_a_pin", "email": "empty", "username": "empty"}),
    ],
)
def test_a_wrong_form_says_what_to_mend_and_costs_no_place(open_to_all, now, typed, problems):
    with pytest.raises(WishRefused) as refused:
        sign_ups.ask(asks(open_to_all, **{"pin": core.draw().written} | typed), now)
    assert refused.value.problems == problems
    assert not SignUp.objects.exists() and not Counter.objects.exists()


def test_an_address_may_be_the_user_name(open_to_all, now):
    asked = asks(open_to_all, core.draw().written, username="PIA@movers.example")
    assert isinstance(sign_ups.ask(asked, now), Accepted)


def test_the_tenants_pattern_holds_here_too(open_to_all, now):
    open_to_all.identifier_pattern = "driver-[0-9]+"
    with pytest.raises(WishRefused) as refused:
        sign_ups.ask(asks(open_to_all, core.draw().written), now)
    assert refused.value.problems == {"username": "not_of_this_form"}
    assert isinstance(sign_ups.ask(asks(open_to_all, core.draw().written, username="driver-9"), now), Accepted)


def test_a_source_over_its_limit_waits_and_takes_no_place_from_its_tenant(open_to_all, now, monkeypatch):
    monkeypatch.setattr(limits, "ASKING_BY_TENANT", limits.Limit("t", 31, timedelta(minutes=10)))
    for _ in range(limits.ASKING_BY_SOURCE.at_most):
        assert isinstance(sign_ups.ask(asks(open_to_all, core.draw().written, source="192.0.2.1"), now), Accepted)
    for _ in range(5):
        asked = asks(open_to_all, core.draw().written, source="192.0.2.1")
        assert sign_ups.ask(asked, now) == TooMany(now + timedelta(minutes=10))
    assert isinstance(sign_ups.ask(asks(open_to_all, core.draw().written, source="192.0.2.2"), now), Accepted)
    assert isinstance(sign_ups.ask(asks(open_to_all, core.draw().written, source="192.0.2.3"), now), TooMany)


def test_a_reference_that_is_taken_is_drawn_again(open_to_all, now, monkeypatch):
    drawn = iter(["AAAA-AAAA", "AAAA-AAAA", "BBBB-BBBB"])
    monkeypatch.setattr(sign_ups.reference, "draw", lambda: next(drawn))
    assert sign_ups.ask(asks(open_to_all, core.draw().written), now) == Accepted("AAAA-AAAA")
    assert sign_ups.ask(asks(open_to_all, core.draw().written), now) == Accepted("BBBB-BBBB")


def test_nothing_shows_the_pin(open_to_all, now):
    asked = asks(open_to_all, core.draw().written)
    assert str(asked.pin) not in repr(asked)
    assert str(asked.pin) not in repr(wishes.read(wishes.Typed(asked.pin, asked.email, asked.username), ""))
    assert "secret" not in repr(pins.Terms())
