"""A real mail server in a process of its own that fails on demand and remembers everything.

    with MailServer(folder) as server:                    an aiosmtpd server on a free port
        server.become("rcpt_5xx")                         from the next command on
        server.become({"poison@movers.example": "data_4xx"})   only for this recipient
        server.accepted()                                 every mail taken, by whatever process handed it over
        server.heard()                                    every byte that reached it, as it read them

Modes: accept, and FAULTS below. With `tls` (starttls, implicit) and a certificate of `Authority` it speaks TLS.
What was accepted is on the disk before it is answered, so that it outlives the server and its clients.
"""

import asyncio
import contextlib
import json
import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from aiosmtpd.smtp import SMTP, AuthResult

FAULTS = (
    *(f"{stage}_{kind}" for stage in ("connect", "mail", "rcpt", "data") for kind in ("4xx", "5xx")),
    "421",  # too busy, instead of an answer to MAIL, and hangs up
    "greylist",  # the first try of each recipient is told to come back
    "slow",  # half a second before every answer
    "silent",  # takes everything, and never answers the final dot
    "drop_before_data",
    "drop_mid_data",
    "accept_then_drop",  # takes the mail and hangs up without an answer
    "accept_then_wait",  # takes the mail and answers 30 ms later
    "echo",  # refuses the mail and says it back
    "starttls_stripped",  # does not offer what its certificate allows
    "auth_refused",
)
_FOREVER = 3600


class MailServer:
    """The server as a test holds it. `certificate` is a PEM file with key and chain."""

    def __init__(self, folder: Path, *, tls: str = "none", certificate: Path | None = None):
        self.folder = folder
        self.tls = tls
        self._certificate = certificate
        self._process: subprocess.Popen | None = None
        self.port = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.become("accept")

    def __enter__(self) -> "MailServer":
        words = [sys.executable, "-m", "tests.mailserver", str(self.folder), self.tls, str(self._certificate or "")]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
        )
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *problem: object) -> None:
        self._process.stdin.close()  # which it takes as the end
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    @property
    def url(self) -> str:
        """What KEYTURN_EMAIL_URL would say of it."""
        return f"smtp://127.0.0.1:{self.port}?tls={self.tls}"

    def become(self, mode: str | dict[str, str]) -> None:
        """Behave so from the next command on; a mapping gives single recipients a mode of their own."""
        modes = mode if isinstance(mode, dict) else {"": mode}
        whole = self.folder / "mode.new"
        whole.write_text(json.dumps(modes))
        whole.replace(self.folder / "mode.json")

    def forget(self) -> None:
        """Remember nothing of what was, and accept everything again."""
        for path in self.folder.iterdir():
            path.unlink()
        self.become("accept")

    def accepted(self) -> list[dict]:
        """Every mail taken: sender, recipients, content (bytes), the parameters of MAIL and RCPT, who signed in."""
        path = self.folder / "accepted.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [{**mail, "content": mail["content"].encode("latin-1")} for mail in map(json.loads, lines)]

    def heard(self) -> bytes:
        """Every byte received, of mails that were not taken too, after TLS was taken off."""
        path = self.folder / "heard.bin"
        return path.read_bytes() if path.exists() else b""

    def connections(self) -> int:
        """How many connections were opened so far and greeted."""
        path = self.folder / "connections"
        return path.stat().st_size if path.exists() else 0


class Authority:
    """A certificate authority for tests, and the certificates that a server should not be trusted with."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._ours = trustme.CA()
        self.bundle = folder / "authority.pem"
        self._ours.cert_pem.write_to_path(self.bundle)

    def good(self) -> Path:
        """Ours, for 127.0.0.1, today."""
        return self._kept("good", self._ours.issue_cert("127.0.0.1"))

    def wrong_name(self) -> Path:
        """Ours, for another host."""
        return self._kept("wrong_name", self._ours.issue_cert("other.example"))

    def expired(self) -> Path:
        """Ours, until yesterday."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        return self._kept("expired", self._ours.issue_cert("127.0.0.1", not_after=yesterday))

    def untrusted(self) -> Path:
        """For 127.0.0.1, by an authority that nobody knows."""
        return self._kept("untrusted", trustme.CA().issue_cert("127.0.0.1"))

    def self_signed(self) -> Path:
        """Signed by itself."""
        stranger = trustme.CA()
        path = self._folder / "self_signed.pem"
        path.write_bytes(stranger.private_key_pem.bytes() + stranger.cert_pem.bytes())
        return path

    def _kept(self, name: str, certificate: trustme.LeafCert) -> Path:
        path = self._folder / f"{name}.pem"
        certificate.private_key_and_cert_chain_pem.write_to_path(path)
        return path


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
