"""Identifiers: the strings that find somebody, and when two of them are the same.

An identifier that is an email address is compared like one (lib.addresses); any other by its NFC form with
ASCII letters lowered. Nothing else is folded: a look-alike is somebody else.
"""

from keyturn.lib import addresses, patterns, text

LONGEST = 254


class IdentifierRefused(ValueError):
    """Nobody can be found by this; `reason`: empty, too_long, control_character, not_unicode."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def key(raw: str) -> str:
    """What is stored and compared; raises IdentifierRefused."""
    cleaned = clean(raw)
    try:
        return addresses.parse(cleaned).lowered
    except addresses.AddressRefused:
        return text.ascii_lowered(cleaned)


def clean(raw: str) -> str:
    """An identifier as it is kept and shown; raises IdentifierRefused."""
    try:
        return text.line(raw, at_most=LONGEST)
    except text.TextRefused as problem:
        raise IdentifierRefused(problem.reason) from problem


def well_formed(raw: str, pattern: str = "") -> bool:
    """Whether this can be an identifier here: of the tenant's pattern where it has one, otherwise of any form
    that can be kept, where a name with an @ must be an address. Looks nobody up (M4.1).

    A pattern that cannot be matched, from before they were read by RE2, counts as none; the doctor tells of it.
    """
    try:
        cleaned = clean(raw)
    except IdentifierRefused:
        return False
    if pattern and (fits := _fits(pattern, cleaned)) is not None:
        return fits
    return "@" not in cleaned or _is_address(cleaned)


def _is_address(cleaned: str) -> bool:
    try:
        addresses.parse(cleaned)
    except addresses.AddressRefused:
        return False
    return True


def _fits(pattern: str, cleaned: str) -> bool | None:
    try:
        return patterns.fits(pattern, cleaned)
    except patterns.PatternRefused:
        return None
