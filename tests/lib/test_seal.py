"""What is sealed opens in its own place only, and only in the worker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import digest, seal
from keyturn.lib.seal import SealBroken


@given(st.binary(max_size=200), st.text(max_size=30))
def test_what_was_sealed_opens_in_the_same_context(plaintext, context):
    assert seal.unseal("outbox", seal.seal("outbox", plaintext, context), context) == plaintext


def test_a_seal_moved_to_another_row_does_not_open():
    sealed = seal.seal("outbox", b"482193", "message|1")
    with pytest.raises(SealBroken):
        seal.unseal("outbox", sealed, "message|2")


def test_a_seal_opens_with_its_own_boxs_key_only():
    with pytest.raises(SealBroken):
        seal.unseal("mailbox", seal.seal("outbox", b"482193", "x"), "x")


@pytest.mark.parametrize("position", [0, 20, 40, -1])
def test_a_changed_byte_breaks_a_seal(position):
    sealed = bytearray(seal.seal("outbox", b"482193", "x"))
    sealed[position] ^= 1
    with pytest.raises(SealBroken):
        seal.unseal("outbox", bytes(sealed), "x")


def test_two_seals_of_one_secret_differ():
    assert seal.seal("outbox", b"482193", "x") != seal.seal("outbox", b"482193", "x")


@pytest.mark.parametrize("garbage", [b"", b"x", b"\x00" * 24, b"y" * 500])
def test_garbage_from_a_browser_is_refused(garbage):
    with pytest.raises(SealBroken):
        seal.unwrap(garbage, "device")


def test_what_a_browser_carries_opens_for_its_own_purpose_only():
    wrapped = seal.wrap(b"mara", "device")
    assert seal.unwrap(wrapped, "device") == b"mara"
    with pytest.raises(SealBroken):
        seal.unwrap(wrapped, "ticket")


def test_no_two_lists_of_parts_have_one_digest():
    assert digest.keyed("limit", "ab", "c") != digest.keyed("limit", "a", "bc")
    assert digest.keyed("limit", "ab") != digest.keyed("route", "ab")
