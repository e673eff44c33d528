"""An HTTP gateway for text messages on this machine, which answers as it is told and remembers what it was asked.

with HttpGateway(status, body) as gateway: …     plain HTTP, or TLS with a certificate
"""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class HttpGateway:
    """The gateway as a test holds it: `asked` is what came, headers and body."""

    def __init__(self, status: int = 200, body: bytes = b"taken", certificate: Path | None = None):
        self.status, self.body = status, body
        self.asked: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"{self._scheme}://127.0.0.1:{self.port}/v1/messages?kind=text"

    def __enter__(self) -> "HttpGateway":
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(gateway: HttpGateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            said = json.loads(raw) if self.headers["Content-Type"] == "application/json" else raw.decode()
            gateway.asked.append({"path": self.path, "headers": dict(self.headers), "said": said})
            self.send_response(gateway.status)
            if 300 <= gateway.status < 400:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(gateway.body)))
            self.end_headers()
            self.wfile.write(gateway.body)

        def log_message(self, *_words: object) -> None:
            """Nothing; the test asks what came."""

    return Handler
