"""The entry for granian's RSGI: `keyturn serve` uses it.

The event loop reads requests, however slowly they come; a few threads answer complete ones through the same Django
handler that `keyturn.wsgi` gives to other servers. A client that is slow, or goes away, keeps no thread from others.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.http.response import HttpResponseBase

from keyturn import wsgi
from keyturn.door import bodies, environ

THREADS = 8  # of one web process: as many requests at once
_LAST = [("connection", "close")]  # what is left of the request must not be taken for the next one


class Entry:
    """Django's WSGI handler behind RSGI."""

    def __init__(
        self,
        application: Callable[[dict, Callable], HttpResponseBase],
        terms: Callable[[str], bodies.Terms] = bodies.terms,
        threads: int = THREADS,
    ):
        self._application = application
        self._terms = terms
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request; other requests go on while this one waits."""
        body = await bodies.read(scope, protocol, self._terms(scope.path))
        if body is bodies.Refusal.BROKEN:
            protocol.response_empty(400, _LAST)
            return
        await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, scope, body, protocol)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """The server ends: so do the threads, when they have answered."""
        self._threads.shutdown()

    def _answer(self, scope: Any, body: bytes | bodies.Refusal, protocol: Any) -> None:
        start = _Start()
        content = self._application(environ.of(scope, body), start)
        if isinstance(body, bodies.Refusal):
            start.headers += _LAST
        try:
            _send(protocol, start, content)
        finally:
            content.close()


class _Start:
    """What WSGI calls start_response: it keeps status and headers."""

    def __call__(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        self.status = int(status[:3])
        self.headers = headers


def _send(protocol: Any, start: _Start, content: HttpResponseBase) -> None:
    """Granian keeps what a slow client has not taken yet; no thread waits for it to be taken."""
    if not content.streaming:
        protocol.response_bytes(start.status, start.headers, b"".join(content))
        return
    transport = protocol.response_stream(start.status, start.headers)
    for piece in content:
        transport.send_bytes(piece)


application = Entry(wsgi.application)
