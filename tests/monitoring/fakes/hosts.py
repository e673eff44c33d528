"""Mail servers at many addresses of this machine, in a process of their own; in one mood, or in moods by turns.

    with Hosts(folder, ["127.0.1.1", "127.0.1.2"]) as hosts:
        hosts.feel("unavailable", "reset", "silent")
        hosts.port, hosts.heard()              who signed in how often

python -m tests.monitoring.fakes.hosts FOLDER PORT ADDRESS… is the process itself; IMAP without TLS.
"""

import asyncio
import base64
import itertools
import json
import socket
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests import children, cluster

ANSWERS = {
    "welcome": "OK welcome",
    "wrong": "NO [AUTHENTICATIONFAILED] wrong",
    "no": "NO no",
    "unavailable": "NO [UNAVAILABLE] the directory is down",
}
RESET, SILENT = "reset", "silent"  # when the password was said
_GREETING = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n"


class Hosts:
    """The servers as a test holds them; they welcome everybody at first."""

    def __init__(self, folder: Path, addresses: list[str]):
        self._folder, self._addresses = folder, addresses
        self.port = cluster.free_port()

    def __enter__(self) -> "Hosts":
        self.feel("welcome")
        words = [sys.executable, "-m", __name__, str(self._folder), str(self.port), *self._addresses]
        root = Path(__file__).parents[3]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        self._process.stdout.readline()
        return self

    def __exit__(self, *problem: object) -> None:
        children.end(self._process)

    def feel(self, *moods: str) -> None:
        """From the next connection on, in turns."""
        whole = self._folder / "moods.new"
        whole.write_text(json.dumps(moods))
        whole.replace(self._folder / "moods.json")

    def heard(self) -> Counter[str]:
        """How often each user's password was said."""
        heard = self._folder / "heard"
        return Counter(heard.read_text().splitlines()) if heard.exists() else Counter()


class _Server:
    """The process."""

    def __init__(self, folder: Path):
        self._moods = folder / "moods.json"
        self._heard = (folder / "heard").open("a", buffering=1)
        self._turn = itertools.count()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation."""
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_GREETING)
        tag, _authenticate, _plain, said = (await reader.readuntil(b"\n")).split()
        self._heard.write(base64.b64decode(said).split(b"\0")[1].decode() + "\n")
        moods = json.loads(self._moods.read_text())
        mood = moods[next(self._turn) % len(moods)]
        if mood == RESET:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        if mood != SILENT:
            writer.write(tag + f" {ANSWERS[mood]}\r\n".encode())
        await reader.readline()  # LOGOUT, or nothing any more


async def _serve(folder: Path, port: int, addresses: list[str]) -> None:
    await asyncio.start_server(_Server(folder).serve, addresses, port, backlog=512)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)  # until whoever started us closes it


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
