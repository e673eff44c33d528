"""What is refused of a text: every sign that cannot be seen, with nothing that slips through a shortcut."""

import sys
import unicodedata

import pytest

from keyturn.lib import text
from keyturn.lib.text import TextRefused
from keyturn.outbox.merge import MergeRefused, refuse_line_breaks

CONTROLS = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Cc", "Cs"}]
LINE_ENDS = ["\u2028", "\u2029"]
UNSEEN = [*text._BIDIRECTIONAL, *text._INVISIBLE]


@pytest.mark.parametrize("sign", ["Z", "é", "ß", "漢", "😀", "\u00a0", "\u3000", "\ue000"])
def test_what_can_be_seen_passes(sign):
    text.refuse_unprintable(f"Mara {sign}")
    refuse_line_breaks(f"Mara {sign}", "PERSON_NAME")
    assert text.secret(f"Mara {sign}")


def test_no_line_takes_a_sign_that_cannot_be_seen():
    assert [
        ascii(sign) for sign in CONTROLS + LINE_ENDS + UNSEEN if not _refuses(text.refuse_unprintable, sign)
    ] == []


def test_no_password_takes_a_control():
    assert [ascii(sign) for sign in CONTROLS if not _refuses(text.secret, sign)] == []


def test_no_value_of_a_message_begins_a_new_line():
    assert [ascii(sign) for sign in CONTROLS + LINE_ENDS if not _refuses(_merged, sign)] == []


def _merged(value: str) -> None:
    refuse_line_breaks(value, "PERSON_NAME")


def _refuses(take, sign: str) -> bool:
    try:
        take(f"Mara{sign}Lind")
    except (TextRefused, MergeRefused):
        return True
    return False
