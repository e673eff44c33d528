"""Colours and how well they can be read (WCAG 2.2, contrast of 1.4.3)."""

import re

_HEX = re.compile(r"#[0-9a-f]{6}")
READABLE = 4.5  # to 1, for text
ON_LIGHT, ON_DARK = "#fffefb", "#18201f"  # the surfaces of the pages (tokens.css)


class ColourRefused(ValueError):
    """Not a colour that can be used; `reason`: not_a_colour, too_light."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def parse(raw: str) -> str:
    """A colour as #rrggbb in small letters, dark enough to be read on the light pages; raises ColourRefused."""
    colour = raw.strip().lower()
    if not _HEX.fullmatch(colour):
        raise ColourRefused("not_a_colour")
    if contrast(colour, ON_LIGHT) < READABLE:
        raise ColourRefused("too_light")
    return colour


def contrast(one: str, other: str) -> float:
    """Between 1, which cannot be told apart, and 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lightened_until_readable(colour: str, surface: str = ON_DARK) -> str:
    """The same hue, mixed with white until it can be read on a dark surface."""
    for part in range(0, 101, 5):
        mixed = mix(colour, "#ffffff", part / 100)
        if contrast(mixed, surface) >= READABLE:
            return mixed
    return "#ffffff"


def mix(one: str, other: str, part: float) -> str:
    """`part` of the other in the one, 0 to 1."""
    channels = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
