"""Bodies are read whole, small and in time, or refused; what cannot be told from a broken one counts as broken."""

import asyncio
from types import SimpleNamespace

import pytest

from keyturn.door import bodies
from keyturn.door.bodies import Refusal

TERMS = bodies.Terms(largest=10, seconds=600, silence=600)
CHUNKED = {"transfer-encoding": "chunked"}


class Protocol:
    """A body as granian gives it: pieces, an empty one last; None stands for a client that says nothing more."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)
        self.was_asked = False

    def __aiter__(self):
        self.was_asked = True
        return self

    async def __anext__(self):
        await asyncio.sleep(0)
        if not self.pieces:
            raise StopAsyncIteration
        piece = self.pieces.pop(0)
        if piece is None:
            await asyncio.Event().wait()
        return piece


def read(headers, protocol, terms=TERMS):
    return asyncio.run(bodies.read(SimpleNamespace(headers=headers), protocol, terms))


@pytest.mark.parametrize(
    ("headers", "pieces", "found"),
    [
        ({}, [], b""),
        ({"content-length": "0"}, [b""], b""),
        ({"content-length": "3"}, [b"abc", b""], b"abc"),
        ({"content-length": "10"}, [b"abcde", b"fghij", b""], b"abcdefghij"),
        ({"content-length": "3"}, [b"ab", b"", b""], Refusal.BROKEN),
        ({"content-length": "11"}, [], Refusal.TOO_LARGE),
        ({"content-length": "99999999999999999999"}, [], Refusal.TOO_LARGE),
        (CHUNKED, [b""], b""),
        (CHUNKED, [b"abc", b"de", b""], b"abcde"),
        (CHUNKED, [b"abcde", b"fghij", b""], b"abcdefghij"),
        (CHUNKED, [b"abcde", b"fghijk", None], Refusal.TOO_LARGE),
        (CHUNKED, [b"abc", b"", b""], Refusal.BROKEN),
        (CHUNKED, [b"", b""], Refusal.BROKEN),
        (CHUNKED, [], Refusal.BROKEN),
    ],
)
def test_what_is_found(headers, pieces, found):
    assert read(headers, Protocol(*pieces)) == found


def test_what_is_announced_too_large_is_not_read():
    protocol = Protocol(b"x")
    read({"content-length": "11"}, protocol)
    assert not protocol.was_asked


@pytest.mark.parametrize("terms", [{"seconds": 0.01}, {"silence": 0.01}], ids=str)
def test_patience_ends_with_silence_and_with_the_whole(terms):
    given = bodies.Terms(**{"largest": 10, "seconds": 600, "silence": 600} | terms)
    assert read({"content-length": "3"}, Protocol(b"a", None), given) is Refusal.TOO_SLOW


def test_who_is_never_silent_does_not_go_on_for_ever():
    """The control of the deadline for the whole: silence alone would let this client be."""

    class Dripping(Protocol):
        async def __anext__(self):
            await asyncio.sleep(0.002)
            return b"x"

    given = bodies.Terms(largest=10**9, seconds=0.05, silence=600)
    assert read(CHUNKED, Dripping(), given) is Refusal.TOO_SLOW


def test_a_path_may_have_terms_of_its_own(settings):
    assert bodies.terms("/console/settings/looks/logo").largest == 1024 * 1024
    assert bodies.terms("/console/settings/looks/logo/x").largest == bodies.LARGEST
    assert bodies.terms("/console/settings/layouts/x/en").largest == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert bodies.terms("/sign-in").largest == 64 * 1024


def test_few_large_bodies_are_read_at_once(monkeypatch):
    monkeypatch.setattr(bodies, "_SEATS", asyncio.Semaphore(2))
    special, protocols = bodies.terms("/console/settings/looks/logo"), [Protocol(None) for _ in range(5)]

    async def begin():
        scope = SimpleNamespace(headers=CHUNKED)
        reading = [asyncio.create_task(bodies.read(scope, protocol, special)) for protocol in protocols]
        await asyncio.sleep(0.01)
        for task in reading:
            task.cancel()

    asyncio.run(begin())
    assert [protocol.was_asked for protocol in protocols] == [True, True, False, False, False]


@pytest.mark.parametrize(("path", "largest"), [("/sign-in", 64 * 1024), ("/console/settings/layouts/x", 768 * 1024)])
def test_behind_another_entry_the_terms_are_the_same(rf, monkeypatch, path, largest):
    """A server that speaks WSGI has read nothing yet."""
    monkeypatch.setattr(bodies.answers, "too_large", lambda request: "too large")
    answered = bodies.Refused(lambda request: "the view")
    sizes = (largest, largest + 1)
    assert [answered(rf.generic("POST", path, b"x" * size)) for size in sizes] == ["the view", "too large"]
