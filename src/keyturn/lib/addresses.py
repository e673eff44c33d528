"""Email addresses: one written rule for what is an address, and for when two are the same.

`raw` is what mail goes to. `key` finds the address: NFC, the local part as typed, the domain as a lower-case
A-label. `lowered` is the key with ASCII letters of the local part lowered, for the people who type MARA@.
No other folding: a Unicode look-alike is somebody else (CVE-2019-19844).
"""

import re
import unicodedata
from dataclasses import dataclass

import idna

from keyturn.lib.text import TextRefused, ascii_lowered, refuse_unprintable

_LOCAL = re.compile(r"[^\s\"(),:;<>@\[\\\]\x00-\x20\x7f]{1,64}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class AddressRefused(ValueError):
    """Not an email address we can use; `reason` is a stable word."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class EmailAddress:
    """An address in its three forms; see the head of this file."""

    raw: str
    key: str
    lowered: str

    def fits(self, key: str, lowered: str) -> bool:
        """Whether an address on record is this one: exactly, or, where all is ASCII, but for capitals."""
        return key == self.key or (lowered == self.lowered and self.key.isascii())

    @property
    def masked(self) -> str:
        """The address as it may be shown to somebody who has not proven anything: m***@m***.example."""
        local, _, domain = self.raw.rpartition("@")
        name, dot, rest = domain.partition(".")
        return f"{local[0]}***@{name[0]}***{dot}{rest}"


def is_reserved(key: str) -> bool:
    """Whether mail to this address can never arrive: its top-level domain is kept for tests (RFC 2606, RFC 6761)."""
    return key.lower().endswith((".test", ".invalid"))


def parse(raw: str) -> EmailAddress:
    """Read an address; raises AddressRefused (empty, too_long, not_an_address, control_character, bad_domain)."""
    if len(raw) > 320:
        raise AddressRefused("too_long")
    typed = raw.strip(" ")
    if not typed:
        raise AddressRefused("empty")
    try:
        refuse_unprintable(typed)
    except TextRefused as problem:
        raise AddressRefused(problem.reason) from problem
    typed = _composed(typed)
    local, at, domain = typed.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        raise AddressRefused("not_an_address")
    a_label = _domain(domain)
    if len(local.encode()) > 64 or len(local.encode()) + len(a_label) > 253:
        raise AddressRefused("too_long")
    return EmailAddress(f"{local}@{a_label}", f"{local}@{a_label}", f"{ascii_lowered(local)}@{a_label}")


def _composed(typed: str) -> str:
    """The text in NFC; refuses the few signs that NFC turns into ASCII (the Kelvin sign would become a K)."""
    composed = unicodedata.normalize("NFC", typed)
    if sum(map(str.isascii, composed)) > sum(map(str.isascii, typed)):
        raise AddressRefused("not_an_address")
    return composed


def _domain(domain: str) -> str:
    """The domain as a lower-case A-label (IDNA 2008); refuses bare numbers, single labels and mixed oddities."""
    try:
        encoded = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as problem:
        raise AddressRefused("bad_domain") from problem
    labels = encoded.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise AddressRefused("bad_domain")
    return encoded
