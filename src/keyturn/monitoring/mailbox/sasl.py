"""The words by which one signs in by SASL: PLAIN (RFC 4616), XOAUTH2, and LOGIN for SMTP servers that know no other.

What comes out holds the secret: it is for `Wire.tell` and for nothing else.
"""

from base64 import b64encode
from collections.abc import Collection

from keyturn.monitoring.mailbox.place import Login, Method

PLAIN, XOAUTH2, LOGIN = "PLAIN", "XOAUTH2", "LOGIN"


def choose(login: Login, offered: Collection[str]) -> str | None:
    """The mechanism for this secret among those that the server offers; a token is never said as a password."""
    if login.method == Method.XOAUTH2:
        return XOAUTH2 if XOAUTH2 in offered else None
    return PLAIN if PLAIN in offered else None


def first(mechanism: str, login: Login) -> bytes:
    """All that PLAIN and XOAUTH2 say, in base64, without the line's end. Passwords are said in UTF-8."""
    if mechanism == XOAUTH2:
        return b64encode(f"user={login.username}\x01auth=Bearer {login.secret}\x01\x01".encode())
    return b64encode(f"\0{login.username}\0{login.secret}".encode())


def login_steps(login: Login) -> tuple[bytes, bytes]:
    """The two answers of LOGIN: the name, then the secret."""
    return b64encode(login.username.encode()), b64encode(login.secret.encode())
