"""How many messages a text becomes on its way to a phone: 3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24.1.

    alone       160 units of GSM-7, or 70 of UCS-2
    in parts    153 or 67 units each: the header that joins them takes the rest
A sign of the extension table takes two units, and so does one beyond the first plane of Unicode; neither is cut.
"""

from collections.abc import Callable
from dataclasses import dataclass

GSM_7, UCS_2 = "GSM-7", "UCS-2"
_ALONE = {GSM_7: 160, UCS_2: 70}
_IN_PARTS = {GSM_7: 153, UCS_2: 67}
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")


@dataclass(frozen=True)
class Segments:
    """What a text costs. `first_foreign_character` is the one that made it UCS-2; empty while it is GSM-7."""

    encoding: str
    units: int
    messages: int
    first_foreign_character: str = ""


def measure(text: str) -> Segments:
    """Encoding, units and messages of a text; an empty one is no message."""
    foreign = next((sign for sign in text if sign not in _BASIC and sign not in _EXTENSION), "")
    encoding, cost = (UCS_2, _ucs_2) if foreign else (GSM_7, _gsm_7)
    units = sum(map(cost, text))
    if units <= _ALONE[encoding]:
        return Segments(encoding, units, int(units > 0), foreign)
    return Segments(encoding, units, _parts(text, cost, _IN_PARTS[encoding]), foreign)


def _parts(text: str, cost: Callable[[str], int], room: int) -> int:
    parts, left = 1, room
    for sign in text:
        if cost(sign) > left:  # it begins the next part, whole
            parts, left = parts + 1, room
        left -= cost(sign)
    return parts


def _gsm_7(sign: str) -> int:
    return 2 if sign in _EXTENSION else 1


def _ucs_2(sign: str) -> int:
    return 2 if ord(sign) > 0xFFFF else 1
