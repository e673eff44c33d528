"""The two secrets of a ticket, and what is kept of them.

    link   <tenant's address>/r/<selector: 16 signs><verifier: 27 signs>
    code   six decimal digits

The selector finds the row. The verifier has 160 bits of its own, so its plain hash may be kept (ASVS 6.5.2). The
code has twenty bits, so nothing may be kept of it that can be tried without the verifier: its tag is keyed by the
verifier, which is in the link and nowhere else. A thief with the whole database cannot test a single code.
"""

import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

RESET = "reset"
DIGITS = 6

_SELECTOR_BYTES, _VERIFIER_BYTES = 12, 20
_TOKEN = re.compile(r"([A-Za-z0-9_-]{16})([A-Za-z0-9_-]{27})", re.ASCII)
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")
_LONGEST_TYPED_CODE = 40
_DASHES = dict.fromkeys(map(ord, "-‐‑‒–—−"))  # noqa: RUF001 -- what phones and word processors make of a dash


class CodeMalformed(ValueError):
    """Not six digits; nobody's try is counted for it."""


@dataclass(frozen=True)
class Token:
    """What the link carries, taken apart."""

    selector: str
    verifier: str

    def __repr__(self) -> str:
        return f"Token({self.selector}…)"

    def __str__(self) -> str:
        return self.selector + self.verifier


@dataclass(frozen=True)
class Secrets:
    """A new token and its code; they exist until they are sealed into the message."""

    token: Token
    code: str

    def __repr__(self) -> str:
        return "Secrets(…)"


def draw() -> Secrets:
    """New secrets from the system's generator."""
    token = Token(secrets.token_urlsafe(_SELECTOR_BYTES), secrets.token_urlsafe(_VERIFIER_BYTES))
    return Secrets(token, f"{secrets.randbelow(10**DIGITS):0{DIGITS}}")


def read_token(raw: object) -> Token | None:
    """Take the text of a link apart; None for anything that no link of ours contains."""
    parts = _TOKEN.fullmatch(raw) if isinstance(raw, str) else None
    return Token(*parts.groups()) if parts else None


def read_code(raw: object) -> str:
    """Six ASCII digits from what was typed: full-width digits folded, blanks and dashes removed.

    Raises CodeMalformed.
    """
    if not isinstance(raw, str) or len(raw) > _LONGEST_TYPED_CODE:
        raise CodeMalformed
    typed = "".join(unicodedata.normalize("NFKC", raw).translate(_DASHES).split())
    if not _CODE.fullmatch(typed):
        raise CodeMalformed
    return typed


def verifier_hash(token: Token, tenant_id: UUID, purpose: str) -> str:
    """What finds the row besides the selector; bound to tenant and purpose, so no secret works elsewhere."""
    return sha256(f"r1|{tenant_id}|{purpose}|{token.verifier}".encode()).hexdigest()


def code_tag(token: Token, code: str) -> str:
    """What the right code is recognised by, for those who hold the link."""
    return hmac.new(token.verifier.encode(), f"code|{token.selector}|{code}".encode(), sha256).hexdigest()


def code_fits(token: Token, code: str, tag: str) -> bool:
    """Whether this is the ticket's code; takes the same time for every wrong one."""
    return hmac.compare_digest(code_tag(token, code), tag)


def link(public_url: str, token: Token) -> str:
    """The address in the message. It begins with the tenant's own, never with what a request said."""
    return f"{public_url.rstrip('/')}/r/{token}"
