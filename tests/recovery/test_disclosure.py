"""What the dialog shows before anything is sent, in the tenant's three modes (M4.2, M4.8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.audit.models import Event
from keyturn.limits.counters import Limit
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.recovery import disclosure, limits
from keyturn.recovery.disclosure import Looking, Say, Shown
from keyturn.tenants.models import Disclosure

MASKED = "m***@m***.example"
ON_FILE = Shown(Say.ON_FILE)


def shown(tenant, identifier: str, now, known: str | None = None) -> Shown:
    return disclosure.address_to_show(tenant, Looking(identifier, known, "198.51.100.7"), now)


@pytest.mark.mission("M4.2")
@pytest.mark.parametrize("mode", [Disclosure.UNIFORM, Disclosure.KNOWN_DEVICE])
def test_a_stranger_sees_what_he_typed_and_nobody_is_looked_up(mara, in_movers, now, mode):
    in_movers.disclosure = mode
    with CaptureQueriesContext(connection) as captured:
        assert shown(in_movers, "mara@movers.example", now) == Shown(Say.ADDRESS, "mara@movers.example")
        assert shown(in_movers, "nobody@movers.example", now) == Shown(Say.ADDRESS, "nobody@movers.example")
        assert shown(in_movers, "driver-7", now) == ON_FILE
    assert not captured.captured_queries


def test_the_echo_is_in_one_normal_form(in_movers, now):
    typed = shown(in_movers, "jose\u0301@movers.example", now)
    assert typed == Shown(Say.ADDRESS, "jos\u00e9@movers.example")


def test_a_known_device_sees_the_masked_address(mara, in_movers, now):
    in_movers.disclosure = Disclosure.KNOWN_DEVICE
    assert shown(in_movers, "driver-7", now, known=MASKED) == Shown(Say.ADDRESS, MASKED)


def test_a_known_device_means_nothing_in_uniform_mode(mara, in_movers, now):
    assert shown(in_movers, "driver-7", now, known=MASKED) == ON_FILE


@pytest.mark.mission("M4.8")
def test_disclosed_says_it_all_and_leaves_a_line_each_time(mara, in_movers, now):
    in_movers.disclosure = Disclosure.DISCLOSED
    changes.create(NewPerson("driver-7", "Driver Seven"), now)
    assert shown(in_movers, "mara@movers.example", now) == Shown(Say.ADDRESS, MASKED)
    assert shown(in_movers, "nobody", now) == Shown(Say.NOBODY)
    assert shown(in_movers, "driver-7", now) == Shown(Say.ASK_OPERATOR)
    subjects = list(Event.objects.filter(action="address.disclosed").values_list("subject", flat=True))
    assert len(subjects) == 3 and f"person:{mara.pk}" in subjects and "" in subjects


def test_disclosed_is_limited_by_source(mara, in_movers, now, monkeypatch):
    in_movers.disclosure = Disclosure.DISCLOSED
    monkeypatch.setattr(limits, "LOOKING_BY_SOURCE", Limit("look", 2, timedelta(minutes=10)))
    told = [shown(in_movers, name, now).say for name in ("nobody", "mara@movers.example", "nobody", "x@y.example")]
    assert told == [Say.NOBODY, Say.ADDRESS, Say.ON_FILE, Say.ADDRESS]
    assert shown(in_movers, "mara@movers.example", now) == Shown(Say.ADDRESS, "mara@movers.example")
