"""Bodies of requests: read whole, small and in time before a thread is asked for, or refused.

A thread that waits for a slow client serves nobody else. So the entry (keyturn.rsgi) reads bodies on the event loop,
where waiting costs nothing, and threads are given complete requests only.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse

from keyturn.door import answers

KEY = "keyturn.body"  # where the environ says why there is no body; no header of a client can have this name


class Refusal(StrEnum):
    """Why a body is not handed on."""

    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BROKEN = "broken"  # it ended before its end, so most likely nobody is there any more


@dataclass(frozen=True)
class Terms:
    """What is taken: bytes, seconds for all of them, and seconds of silence in between."""

    largest: int
    seconds: float
    silence: float


LARGEST = 64 * 1024  # bytes; nearly no form and no JSON body of ours is larger
SPECIAL = {  # whole paths that take more, before it is known who sends it
    re.compile(r"/console/settings/looks/logo"): Terms(1024 * 1024, seconds=60, silence=10),
    # the file and a form
    re.compile(r"/console/(people|mailboxes)/imports/"): Terms(21 * 1024 * 1024, seconds=300, silence=10),
    re.compile(r"/console/settings/layouts/.+"): Terms(768 * 1024, seconds=60, silence=10),  # HTML, percent signs
}
_SEATS = asyncio.Semaphore(4)  # for large bodies that are read at once: each is held in memory whole


def terms(path: str) -> Terms:
    """The terms of a request to this path."""
    for pattern, special in SPECIAL.items():
        if pattern.fullmatch(path):
            return special
    return Terms(LARGEST, seconds=20, silence=10)


async def read(scope: Any, protocol: Any, given: Terms) -> bytes | Refusal:
    """The body of an RSGI request, empty where none was announced."""
    announced = scope.headers.get("content-length")
    if announced is None and "transfer-encoding" not in scope.headers:
        return b""
    if announced is not None and int(announced) > given.largest:  # before a byte of it is read
        return Refusal.TOO_LARGE
    try:
        async with _SEATS if given in SPECIAL.values() else nullcontext():
            content, gaps = await _collect(protocol, given)
    except TimeoutError:
        return Refusal.TOO_SLOW
    if len(content) > given.largest:
        return Refusal.TOO_LARGE
    is_whole = gaps == 1 if announced is None else len(content) == int(announced)
    return content if is_whole else Refusal.BROKEN


async def _collect(protocol: Any, given: Terms) -> tuple[bytes, int]:
    """What comes until its end, or until it is too much, and the number of empty pieces; raises TimeoutError.

    The last piece is always empty. Granian (RSGI 1.6) says neither that a body broke off nor that it had trailers:
    both are one empty piece more. So of bodies without a length those with trailers count as broken.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + given.seconds
    content, gaps = bytearray(), 0
    async with asyncio.timeout_at(min(end, clock() + given.silence)) as deadline:
        async for piece in protocol:
            content += piece
            gaps += not piece
            if len(content) > given.largest:
                break
            deadline.reschedule(min(end, clock() + given.silence))
    return bytes(content), gaps


class Refused:
    """Answers instead of every view where the entry has refused the body, or another entry would read too much."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refusal = request.META.get(KEY)
        if refusal is Refusal.TOO_LARGE or _announced(request) > terms(request.path).largest:
            return answers.too_large(request)
        if refusal is Refusal.TOO_SLOW:
            return answers.too_slow(request)
        return self.get_response(request)


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0
