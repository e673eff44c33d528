"""Clients that no library would be: they speak HTTP byte by byte, and badly where a test wants it."""

import select
import socket
import struct
from http.client import HTTPResponse

_PATIENCE = 20  # seconds for what takes well under one


class RawClient:
    """One connection to a running installation."""

    def __init__(self, port: int):
        self._port = port
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)

    def __enter__(self) -> "RawClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def begin(self, line: str, *headers: str) -> None:
        """Send the head of a request."""
        head = [line, f"Host: 127.0.0.1:{self._port}", *headers, "", ""]
        self._socket.sendall("\r\n".join(head).encode())

    def send(self, content: bytes) -> bool:
        """Send bytes; whether the other side still took them."""
        try:
            self._socket.sendall(content)
        except OSError:
            return False
        return True

    def answer(self, method: str = "POST") -> tuple[int, bytes]:
        """The status and body of the next answer."""
        response = HTTPResponse(self._socket, method=method)
        response.begin()
        return response.status, response.read()

    def first_line(self) -> bytes:
        """The first bytes that come, before any of them is understood."""
        return self._socket.recv(25)

    def hears(self, seconds: float = 0) -> bool:
        """Whether an answer, or the end, has come."""
        return bool(select.select([self._socket], [], [], seconds)[0])

    def is_ended(self) -> bool:
        """Whether the other side closes the connection without another word."""
        try:
            return self._socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def end_sending(self) -> None:
        """Say that nothing more comes."""
        self._socket.shutdown(socket.SHUT_WR)

    def vanish(self) -> None:
        """Be gone, as a machine is that was switched off: by a reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()
