"""A request of RSGI in the words of WSGI (PEP 3333), which Django's handler understands.

https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

import sys
from io import BytesIO
from typing import Any

from keyturn.door import bodies

_CONSTANT = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
_OWN_WORDS = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}  # by CGI (RFC 3875, 4.1)


def of(scope: Any, body: bytes | bodies.Refusal) -> dict[str, Any]:
    """The environ of a request whose body was read whole, or refused.

    A header's value with bytes beyond ASCII is not in it: granian keeps those to itself.
    """
    environ = _CONSTANT | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _native(scope.path),
        "QUERY_STRING": _native(scope.query_string),
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _address(scope.client),
        "wsgi.url_scheme": scope.scheme,
    }
    environ["SERVER_NAME"], _, environ["SERVER_PORT"] = scope.server.rpartition(":")
    _add_headers(environ, scope.headers.items())
    if isinstance(body, bodies.Refusal):
        environ |= {bodies.KEY: body, "CONTENT_LENGTH": "", "wsgi.input": BytesIO()}
    else:
        environ |= {"CONTENT_LENGTH": str(len(body)) if body else "", "wsgi.input": BytesIO(body)}
    return environ


def _add_headers(environ: dict[str, Any], headers: list[tuple[str, str]]) -> None:
    """Of several with one name the values are joined (RFC 9110, 5.3; cookies: RFC 9113, 8.2.3)."""
    for name, value in headers:
        if _is_ambiguous(name):
            continue
        key = _OWN_WORDS.get(name) or "HTTP_" + name.replace("-", "_").upper()
        if key in environ:
            value = environ[key] + ("; " if name == "cookie" else ",") + value
        environ[key] = value
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # true between the client and us; the body is whole by now


def _is_ambiguous(name: str) -> bool:
    """In an environ `x_forwarded_for` and `x-forwarded-for` would be one: a client could write what a proxy says."""
    return "_" in name


def _native(text: str) -> str:
    """Bytes as WSGI has them in a str: one character for each, below 256."""
    return text if text.isascii() else text.encode().decode("latin-1")


def _address(peer: str) -> str:
    """The address of `address:port`, an IPv6 one without its brackets."""
    return peer.rpartition(":")[0].strip("[]")
