"""How a process begins: nothing of what stays is looked through for garbage."""

import gc

import pytest

from keyturn.lib import booting


def test_what_is_made_within_is_looked_through_no_more():
    before = gc.get_freeze_count()
    try:
        with booting.uncollected():
            assert not gc.isenabled()
            kept = [[] for _ in range(1000)]
        assert gc.isenabled() and gc.get_freeze_count() >= before + len(kept)
    finally:
        gc.unfreeze()


def test_garbage_is_collected_again_after_a_boot_that_failed():
    with pytest.raises(OSError), booting.uncollected():
        raise OSError
    gc.unfreeze()
    assert gc.isenabled()
