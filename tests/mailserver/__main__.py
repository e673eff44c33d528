"""The server process: python -m tests.mailserver FOLDER TLS CERTIFICATE prints its port and serves."""

import asyncio
import contextlib
import json
import os
import ssl
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

_FOREVER = 3600


class _Server(SMTP):
    """aiosmtpd's server, which does what `mode.json` says."""

    def __init__(self, folder: Path, certificate: Path | None, tls: str):
        self._folder = folder
        self._options: list[str] = []
        stripped = _mode(folder) == "starttls_stripped"
        super().__init__(
            _Handler(folder),
            hostname="mail.test",
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=self._authenticate_anybody,
            tls_context=_context(certificate) if tls == "starttls" and not stripped else None,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._original_transport is None:
            _append(self._folder / "connections", b".")

    def data_received(self, data: bytes) -> None:
        _append(self._folder / "heard.bin", data)
        super().data_received(data)

    async def push(self, status: str | bytes) -> None:
        mode = _mode(self._folder)
        if mode == "slow":
            await asyncio.sleep(0.5)
        if mode.startswith("connect_") and isinstance(status, str) and status.startswith("220 mail.test"):
            status = f"{_code(mode)} come back another time"
            await super().push(status)
            self.transport.close()
            await asyncio.sleep(_FOREVER)
        await super().push(status)

    async def smtp_MAIL(self, arg: str) -> None:
        mode = _mode(self._folder)
        if mode == "421":
            await self.push("421 too busy")
            return await self._hang_up()
        if mode.startswith("mail_"):
            return await self.push(f"{_code(mode)} not from you")
        self._options = [arg]
        await super().smtp_MAIL(_without(arg, "RET=", "ENVID="))

    async def smtp_RCPT(self, arg: str) -> None:
        self._options.append(arg)
        await super().smtp_RCPT(_without(arg, "NOTIFY=", "ORCPT="))

    async def smtp_DATA(self, arg: str) -> None:
        mode = _mode(self._folder, *self.envelope.rcpt_tos)
        if mode == "drop_before_data":
            return await self._hang_up()
        if mode == "drop_mid_data":
            await self.push("354 go on")
            await self._reader.read(20)
            return await self._hang_up()
        self.session.options = self._options
        await super().smtp_DATA(arg)

    async def _hang_up(self) -> None:
        self.transport.abort()
        await asyncio.sleep(_FOREVER)  # the lost connection ends this

    def _authenticate_anybody(self, server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=_mode(self._folder) != "auth_refused", handled=False, auth_data=data.login)


class _Handler:
    """Answers to RCPT and to the final dot."""

    def __init__(self, folder: Path):
        self._folder = folder

    async def handle_EHLO(self, server, session, envelope, hostname, responses) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options) -> str:
        mode = _mode(self._folder, address)
        if mode.startswith("rcpt_"):
            return f"{_code(mode)} no such person"
        if mode == "greylist" and not self._known(address):
            return "451 4.7.1 greylisted, come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        mode = _mode(self._folder, *envelope.rcpt_tos)
        if mode.startswith("data_"):
            return f"{_code(mode)} not this one"
        if mode == "echo":
            return "554 " + " ".join(envelope.content.decode("latin-1").split())[:4000]
        self._remember(session, envelope)
        if mode == "accept_then_drop":
            await server._hang_up()
        if mode == "accept_then_wait":
            await asyncio.sleep(0.03)
        if mode == "silent":
            await asyncio.sleep(_FOREVER)
        return "250 2.0.0 taken"

    def _known(self, address: str) -> bool:
        path = self._folder / "greylist"
        known = path.exists() and address in path.read_text().split()
        _append(path, f"{address} ".encode())
        return known

    def _remember(self, session, envelope) -> None:
        mail = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "content": envelope.content.decode("latin-1"),
            "options": session.options,
            "hello": session.host_name,
            "tls": session.ssl is not None,
            "signed_in": session.authenticated,
        }
        _append(self._folder / "accepted.jsonl", json.dumps(mail).encode() + b"\n", sync=True)


def _mode(folder: Path, *recipients: str) -> str:
    modes = json.loads((folder / "mode.json").read_text())
    return next((modes[one] for one in recipients if one in modes), modes.get("", "accept"))


def _code(mode: str) -> str:
    return "450" if mode.endswith("4xx") else "550"


def _without(argument: str, *parameters: str) -> str:
    """aiosmtpd knows no delivery reports; what it would not understand is taken out."""
    return " ".join(word for word in argument.split(" ") if not word.upper().startswith(parameters))


def _append(path: Path, data: bytes, *, sync: bool = False) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, data)
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def _serve(folder: Path, tls: str, certificate: Path | None) -> None:
    """Serve until whoever started us closes our standard input."""
    loop = asyncio.get_running_loop()
    context = _context(certificate) if tls == "implicit" else None
    server = await loop.create_server(lambda: _Server(folder, certificate, tls), "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    over = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), lambda: sys.stdin.buffer.read1() or over.set())
    await over.wait()
    server.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]) if sys.argv[3] else None))
