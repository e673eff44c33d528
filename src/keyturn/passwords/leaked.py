"""Leaked passwords, known to a public range service (k-anonymity): five hex digits of a SHA-1 leave, no more.

The web process writes the question down, the worker asks it, and whoever judges the same password a moment later
finds the answer. It fails open: without an answer the local list alone decides. Rows live for ten minutes.
"""

import hashlib
import re
import time
from datetime import datetime, timedelta

import httpx2
import structlog
from django.conf import settings
from django.db import transaction

from keyturn.lib import clock, wake
from keyturn.passwords.models import LeakedRange
from keyturn.tenants import prepared

SERVICE = "https://api.pwnedpasswords.com/range/"  # KEYTURN_LEAKED_RANGE_URL puts another in its place
KEPT = timedelta(minutes=10)
LONGEST_WAIT = 1.0  # seconds that saving a password may wait for an answer
_PREFIX = 5  # hex digits
_TIMEOUT = httpx2.Timeout(3.0)
_LARGEST_ANSWER = 4 * 1024 * 1024  # bytes; a padded one has about 40 KiB
_LINE = re.compile(rb"([0-9A-F]{35}):([0-9]{1,12})")
log = structlog.get_logger("keyturn.leaked")


def is_leaked(text: str, now: datetime, *, patience: float = 0.0) -> bool:
    """Whether the service knows it. An unknown range is asked for, and waited for `patience` seconds at most."""
    # SHA-1 is the service's choice and protects nothing here
    whole = hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()
    prefix, ending = whole[:_PREFIX], whole[_PREFIX:].encode()
    row = LeakedRange.objects.filter(pk=prefix).first()
    if row is None:
        _ask_for(prefix, now)
    if row is None or row.answered_at is None:
        row = _wait_for(prefix, min(patience, LONGEST_WAIT))
    return row is not None and row.endings is not None and ending in bytes(row.endings).split(b"\n")


def step() -> bool:
    """Answer the question that waits longest; False when there is none. For the worker."""
    asked = _next_asked()
    if asked is None:
        return False
    (prefix,) = asked
    mine = LeakedRange.objects.filter(pk=prefix, taken_at=None)
    if mine.update(taken_at=clock.now()) == 1:
        endings = _fetch(prefix)
        LeakedRange.objects.filter(pk=prefix).update(endings=endings, answered_at=clock.now())
    return True


@prepared.one
def _next_asked():
    return LeakedRange.objects.filter(taken_at=None).order_by("asked_at").values_list("prefix")


def purge(now: datetime) -> int:
    """Forget every range older than ten minutes, answered or not; returns how many."""
    return LeakedRange.objects.filter(asked_at__lt=now - KEPT).delete()[0]


def _ask_for(prefix: str, now: datetime) -> None:
    """Whoever asks at the same moment asks the same."""
    LeakedRange.objects.bulk_create([LeakedRange(prefix=prefix, asked_at=now)], ignore_conflicts=True)
    transaction.on_commit(wake.ring)


def _wait_for(prefix: str, patience: float) -> LeakedRange | None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if row := LeakedRange.objects.filter(pk=prefix).exclude(answered_at=None).first():
            return row
        time.sleep(0.05)
    return None


def _fetch(prefix: str) -> bytes | None:
    """The known endings, one a line; None when the service gives no answer that can be read."""
    url = (settings.KEYTURN_LEAKED_RANGE_URL or SERVICE) + prefix
    headers = {"Add-Padding": "true", "User-Agent": "Keyturn"}
    try:
        with httpx2.stream("GET", url, headers=headers, timeout=_TIMEOUT) as response:
            response.raise_for_status()
            return _read(response)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as problem:
        log.warning("leaked.no_answer", problem=type(problem).__name__)
        return None


def _read(response: httpx2.Response) -> bytes:
    """Endings that were really seen; padding has a count of nought."""
    body = b""
    for part in response.iter_bytes():
        body += part
        if len(body) > _LARGEST_ANSWER:
            raise ValueError("too large an answer")
    found = (_LINE.fullmatch(line.strip()) for line in body.splitlines())
    return b"\n".join(match[1] for match in found if match and int(match[2]) > 0)
