"""Whom mail servers must prove to be, and how that is told."""

import ssl

from keyturn.lib.trust import context

__all__ = ["context", "described"]


def described(sock: ssl.SSLSocket) -> str:
    """Whose certificate the other side showed, until when it holds, and the protocol, in one line."""
    certificate = sock.getpeercert() or {}
    names = [value for kind, value in certificate.get("subjectAltName", ()) if kind in {"DNS", "IP Address"}]
    return f"{', '.join(names[:5])}; {certificate.get('notAfter', '')}; {sock.version()}"
