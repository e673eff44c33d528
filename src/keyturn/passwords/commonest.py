"""The 20,000 commonest passwords, as Django ships them: always there, also without any network."""

import gzip
import string
from functools import cache
from importlib import resources

_ENDINGS = string.digits + string.punctuation + " "
_LONGEST_ENDING = 6  # what is longer is more than a number put behind a word


def contains(text: str) -> bool:
    """Whether it is a common password in whatever case, or one with a few digits or signs behind it."""
    lowered = text[:300].lower()
    stem = lowered.rstrip(_ENDINGS)
    is_stem = len(stem) >= 4 and len(lowered) - len(stem) <= _LONGEST_ENDING
    return lowered in _known() or (is_stem and stem in _known())


@cache
def _known() -> frozenset[str]:
    packed = (resources.files("django.contrib.auth") / "common-passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n")) - {""}
