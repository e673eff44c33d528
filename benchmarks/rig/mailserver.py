"""A mail server that takes its time and every password: python -m benchmarks.rig.mailserver DELAY [CERTIFICATE]

IMAP at every address of HOSTS, with TLS from the first byte where a certificate is given. Each answer comes DELAY
milliseconds after what it answers. Prints its port; runs until its input closes.
"""

import asyncio
import resource
import ssl
import sys

HOSTS = [f"127.0.2.{number}" for number in range(1, 41)]  # all of them this machine
_CAPABILITIES = b"IMAP4rev1 SASL-IR AUTH=PLAIN"
_MOST_WAITING = 1024


class Conversation(asyncio.Protocol):
    """One connection, from the greeting to LOGOUT."""

    delay = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:
        """TLS stands by now."""
        self._transport, self._rest = transport, b""
        self._answer(b"* OK [CAPABILITY " + _CAPABILITIES + b"] hello\r\n")

    def data_received(self, data: bytes) -> None:
        """Commands, each a line."""
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            tag, command = line.split(b" ")[:2]
            told = {b"CAPABILITY": b"* CAPABILITY " + _CAPABILITIES + b"\r\n", b"LOGOUT": b"* BYE\r\n"}
            self._answer(told.get(command.upper(), b"") + tag + b" OK done\r\n", is_last=command.upper() == b"LOGOUT")

    def _answer(self, words: bytes, *, is_last: bool = False) -> None:
        asyncio.get_running_loop().call_later(self.delay, self._say, words, is_last)

    def _say(self, words: bytes, is_last: bool) -> None:
        if not self._transport.is_closing():
            self._transport.write(words)
            if is_last:
                self._transport.close()


async def serve(certificate: str) -> None:
    """Serve until the standard input ends."""
    loop, context = asyncio.get_running_loop(), None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    first = await loop.create_server(Conversation, HOSTS[0], 0, ssl=context, backlog=_MOST_WAITING)
    port = first.sockets[0].getsockname()[1]
    await loop.create_server(Conversation, HOSTS[1:], port, ssl=context, backlog=_MOST_WAITING)
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    Conversation.delay = int(sys.argv[1]) / 1000
    asyncio.run(serve(sys.argv[2] if len(sys.argv) > 2 else ""))
