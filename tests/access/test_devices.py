"""A known device is known for one login in one tenant, and cannot be made up."""

import pytest

from keyturn.access import devices
from keyturn.lib import seal
from keyturn.tenants import scope


def test_a_device_is_read_for_the_login_it_was_made_for(in_movers):
    device = devices.read(devices.make("mara", "m***@m***.example"), "mara")
    assert device.masked_email == "m***@m***.example"
    assert devices.read(devices.make("mara", "m***@m***.example", device_id=device.id), "mara") == device


def test_another_login_or_tenant_does_not_know_it(in_movers, labs):
    text = devices.make("mara", "m***@m***.example")
    assert devices.read(text, "nils") is None
    with scope.inside(labs.id):
        assert devices.read(text, "mara") is None


@pytest.mark.parametrize("text", ["", "x", "=", "\0", "é", "\ud800", "A" * 40, "A" * 100_000, "AAAA" * 100])
def test_what_we_did_not_make_is_no_device(in_movers, text):
    assert devices.read(text, "mara") is None


def test_a_changed_device_is_none(in_movers):
    text = devices.make("mara", "")
    swapped = text[:-8] + ("A" if text[-8] != "A" else "B") + text[-7:]
    assert devices.read(swapped, "mara") is None


def test_control_without_the_seal_anybody_makes_devices(in_movers, monkeypatch):
    monkeypatch.setattr(seal, "unwrap", lambda wrapped, context: wrapped)
    assert devices.read("WyJpZCIsICJtYXJhIiwgIiJd", "mara") is not None
