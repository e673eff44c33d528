"""A mail server that accepts everything and passes it on to whoever listens: python -m benchmarks.rig.catcher

Prints one line with its two ports: SMTP, and the feed, where every accepted message arrives as one line of JSON
with the recipient, the moment of acceptance (monotonic clock) and the bytes. Runs until its input closes.
"""

import asyncio
import json
import sys
import time
from contextlib import suppress

_LARGEST = 2**20


class Catcher:
    """One SMTP server and its feed."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.StreamWriter] = set()

    async def feed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One listener, until it goes away."""
        self._listeners.add(writer)
        with suppress(asyncio.CancelledError, ConnectionError):
            await reader.read()
        self._listeners.discard(writer)
        writer.close()

    async def smtp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One SMTP connection, from greeting to QUIT."""
        recipient = ""
        writer.write(b"220 catcher.example ESMTP\r\n")
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"RCPT":
                    recipient = line.decode(errors="replace").partition("<")[2].partition(">")[0].lower()
                if verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    self._accept(recipient, await reader.readuntil(b"\r\n.\r\n"))
                writer.write(_ANSWERS.get(verb, b"250 ok\r\n"))
                if verb == b"QUIT":
                    break
        writer.close()

    def _accept(self, recipient: str, data: bytes) -> None:
        if not self._listeners:
            return
        text = data[:-5].decode("latin-1")
        line = json.dumps({"to": recipient, "at": time.monotonic(), "data": text}).encode() + b"\n"
        for listener in self._listeners:
            listener.write(line)


_ANSWERS = {b"EHLO": b"250-catcher.example\r\n250-SIZE 1048576\r\n250 8BITMIME\r\n", b"QUIT": b"221 bye\r\n"}


async def main() -> None:
    """Serve until the standard input ends."""
    catcher = Catcher()
    servers = [
        await asyncio.start_server(one, "127.0.0.1", 0, limit=_LARGEST) for one in (catcher.smtp, catcher.feed)
    ]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
