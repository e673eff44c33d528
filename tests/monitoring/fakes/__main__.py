"""The server process: python -m tests.monitoring.fakes FOLDER CERTIFICATES prints its port and plays."""

import contextlib
import itertools
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time
from pathlib import Path

_MOST_HEARD = 1 << 20


class _Over(Exception):
    """The script is at its end, or nobody is there any more."""


class _Play:
    """One conversation."""

    def __init__(self, sock: socket.socket, certificates: dict[str, str]):
        self._sock, self._certificates = sock, certificates
        self._how = "plain"
        self._waiting = b""  # received, and not read yet
        self._tag = ""
        self.told = {"heard": [], "said": 0, "is_secured": False}

    def run(self, script: list[list]) -> None:
        with contextlib.suppress(OSError, _Over):
            for name, *arguments in script:
                getattr(self, f"_{name}")(*arguments)
        if self._sock.fileno() >= 0:
            self._sock.close()

    def _say(self, text: str) -> None:
        data = text.replace("{tag}", self._tag).encode("latin-1")
        self._sock.sendall(data)
        self.told["said"] += len(data)

    def _hear(self, lines: int) -> None:
        for _ in range(lines):
            while b"\n" not in self._waiting:
                self._receive()
            line, _end, self._waiting = self._waiting.partition(b"\n")
            self._tag = line.split(b" ")[0].decode("latin-1")

    def _hear_hello(self) -> None:
        self._receive()

    def _tls(self, certificate: str, newest: str) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificates[certificate])
        if newest:
            context.set_ciphers("ALL:@SECLEVEL=0")  # or it would not even offer the old one
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion[newest]
        self._sock = context.wrap_socket(self._sock, server_side=True)
        self._how, self.told["is_secured"] = "tls", True

    def _flood(self, text: str, times: int) -> None:
        for _ in range(times):
            self._say(text)

    def _drip(self, text: str, seconds: float) -> None:
        for sign in text:
            time.sleep(seconds)
            self._say(sign)

    def _stall(self) -> None:
        while True:
            self._receive()

    def _close(self) -> None:
        self._sock.close()
        raise _Over

    def _reset(self) -> None:
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._close()

    def _receive(self) -> None:
        data = self._sock.recv(65536)
        if not data or len(self._waiting) > _MOST_HEARD:
            raise _Over
        self._waiting += data
        self.told["heard"].append([self._how, data.decode("latin-1")])


def _play(number: int, sock: socket.socket, folder: Path, certificates: dict[str, str]) -> None:
    (folder / f"{number}.begun").touch()
    play = _Play(sock, certificates)
    play.run(json.loads((folder / "script.json").read_text()))
    whole = folder / f"{number}.new"
    whole.write_text(json.dumps(play.told))
    whole.replace(folder / f"{number}.json")


def _serve(folder: Path, certificates: dict[str, str]) -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listener.getsockname()[1], flush=True)
    for number in itertools.count(1):
        sock, _ = listener.accept()
        threading.Thread(target=_play, args=(number, sock, folder, certificates), daemon=True).start()


if __name__ == "__main__":
    threading.Thread(target=_serve, args=(Path(sys.argv[1]), json.loads(sys.argv[2])), daemon=True).start()
    sys.stdin.buffer.read()  # until whoever started us closes it
    os._exit(0)
