"""Whom we trust on the other side of a TLS connection."""

import ssl
from functools import cache


@cache
def context() -> ssl.SSLContext:
    """Certificate and host name are checked, TLS 1.2 at least. SSL_CERT_FILE names another bundle of authorities."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made
