"""Doing the work that a sign-up takes while many wrong PINs come, as a client does it."""

from itertools import count

import pytest

from keyturn.enrollment import guessing, limits
from keyturn.enrollment.core import pin
from keyturn.enrollment.core import proof_of_work as core
from keyturn.enrollment.proofs import Needed, Proof
from keyturn.limits import counters

FEW_BITS = 6


def solve(needed: Needed) -> Proof:
    """The first counter that does."""
    return Proof(needed.challenge, counter_for(needed.challenge, needed.bits))


def counter_for(challenge: str, bits: int) -> int:
    return next(counter for counter in count() if core.is_solved(challenge, counter, bits))


def make_easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little work that a test may do it often."""
    monkeypatch.setattr(core, "LEAST_BITS", FEW_BITS)
    monkeypatch.setattr(core, "MOST_BITS", FEW_BITS + 4)


def meet_limit(tenant, now) -> None:
    """So many wrong PINs came that the tenant's places of this hour are taken."""
    while counters.has_taken(limits.WRONG_BY_TENANT, str(tenant.id), now=now):
        pass


def guess(count: int, now, *, is_proven: bool = False) -> None:
    """So many wrong PINs, each from elsewhere."""
    for number in range(count):
        guessing.compare(pin.draw(), f"198.51.{number // 250}.{number % 250}", now, is_proven=is_proven)
