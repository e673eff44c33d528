"""A mail service on this machine, which speaks as Mailgun or Postmark does and remembers what it was handed.

with MailService("mailgun") as service: …      service.mode: take, refuse, put_off, wrong_key, …
"""

import json
import ssl
import threading
from dataclasses import replace
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from keyturn.outbox.mail_services import SERVICES, Service

KEY = "key-4d9b"  # of an account that there is
MAILGUN = {  # mode: status and words, as the real one gives them
    "take": (200, {"id": "<20261121@mg.movers.example>", "message": "Queued. Thank you."}),
    "refuse": (400, {"message": "'to' parameter is not a valid address. please check documentation"}),
    "refuse_sender": (400, {"message": "'from' parameter is not a valid address. please check documentation"}),
    "unknown_domain": (404, {"message": "Domain not found: movers.example"}),
    "put_off": (429, {"message": "Domain movers.example is not allowed to send: recipient limit exceeded"}),
    "wrong_key": (401, "Forbidden"),
    "broken": (500, {"message": "Internal Server Error"}),
    "nonsense": (200, "Mailgun Magnificent API"),
    "redirect": (302, "elsewhere"),
}
POSTMARK = {
    "take": (200, {"To": "mara@movers.example", "MessageID": "b7bc2f4a", "ErrorCode": 0, "Message": "OK"}),
    "refuse": (
        422,
        {
            "ErrorCode": 406,
            "Message": "You tried to send to a recipient that has been marked as inactive.\n"
            "Found inactive addresses: mara@movers.example.\nInactive recipients are ones that have generated"
            " a hard bounce or a spam complaint. ",
        },
    ),
    "refuse_sender": (
        422,
        {"ErrorCode": 400, "Message": "The 'From' address you supplied is not a Sender Signature."},
    ),
    "put_off": (503, {"ErrorCode": 100, "Message": "Maintenance"}),
    "wrong_key": (401, {"ErrorCode": 10, "Message": "Request does not contain a valid Server token."}),
    "broken": (500, {"ErrorCode": 500, "Message": "Internal Server Error"}),
    "nonsense": (200, "not json"),
    "redirect": (302, "elsewhere"),
}
SPOKEN = {"mailgun": MAILGUN, "postmark": POSTMARK}


class MailService:
    """The service as a test holds it: `asked` is what came: path, headers and fields; `mode` how it answers."""

    def __init__(self, name: str, mode: str = "take", certificate: Any = None):
        self.name, self.mode = name, mode
        self.asked: list[dict[str, Any]] = []
        self.echoes = ""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._scheme = "https" if certificate else "http"
        if certificate:
            self._server.socket = _secured(self._server.socket, certificate)

    def here(self, service: Service) -> Service:
        """The same service, all of whose regions lead here."""
        return replace(
            service, regions={region: f"{self._scheme}://127.0.0.1:{self.port}/" for region in service.regions}
        )

    def __enter__(self) -> "MailService":
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def header_ids(self) -> list[str]:
        """The Message-IDs of what was taken."""
        return [self._header_id(one["said"]) for one in self.asked if one["mode"] == "take"]

    def _header_id(self, said: dict[str, Any]) -> str:
        if self.name == "mailgun":
            return said["h:Message-Id"][0]
        return next(one["Value"] for one in said["Headers"] if one["Name"].lower() == "message-id")


def _secured(sock: Any, certificate: Any) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context.wrap_socket(sock, server_side=True)


def _handler(service: MailService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            said = _fields(self.headers["Content-Type"], raw)
            service.asked.append(
                {"path": self.path, "headers": dict(self.headers), "said": said, "mode": service.mode, "raw": raw}
            )
            status, words = SPOKEN[service.name][service.mode]
            body = (words if isinstance(words, str) else json.dumps(words)) + service.echoes
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_words: object) -> None:
            """Nothing; the test asks what came."""

    return Handler


def _fields(kind: str, raw: bytes) -> dict[str, Any]:
    if kind == "application/json":
        return json.loads(raw)
    if kind.startswith("application/x-www-form-urlencoded"):
        return parse_qs(raw.decode(), keep_blank_values=True)
    mail = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw, policy=policy.HTTP)
    found: dict[str, list[str]] = {}
    for part in mail.iter_parts():
        name = part.get_param("name", header="content-disposition")
        found.setdefault(name, []).append(part.get_content())
    return found


def installed(monkeypatch: Any, service: MailService) -> None:
    """Have the catalogue lead here while the test runs."""
    monkeypatch.setitem(SERVICES, service.name, service.here(SERVICES[service.name]))
