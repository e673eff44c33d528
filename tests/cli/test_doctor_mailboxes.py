"""What the doctor says of mailboxes."""

from datetime import timedelta

from keyturn.cli import examinations
from keyturn.monitoring.models import HostTrouble, Mailbox
from keyturn.monitoring.rewrapping import UNOPENED
from tests.monitoring import boxes
from tests.monitoring.conftest import mara  # noqa: F401 -- Mara as the watch meets her

WORDS = "1 of movers are watched"


def said() -> list[tuple[str, str]]:
    return [(one.state, one.sentence) for one in examinations.mailboxes()]


def test_nothing_where_none_is_watched(in_movers):
    assert said() == []


def test_what_waits_too_long_fails_together_or_does_not_open(mara, now):  # noqa: F811
    boxes.mailbox(mara, now)
    assert said() == [("ok", WORDS)]
    Mailbox.objects.update(due_at=now - timedelta(hours=3))
    assert said() == [("warn", f"{WORDS}; the longest overdue for 3 h: run keyturn worker, or one more of them")]
    Mailbox.objects.update(due_at=now, sealed_with=UNOPENED)
    HostTrouble.objects.create(host="mail.movers.example", began_at=now, failing=9)
    trouble = "many fail together at mail.movers.example; 1 passwords open with no key here: give them anew"
    assert said() == [("warn", f"{WORDS}; {trouble}")]
