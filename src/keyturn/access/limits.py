"""The limits of signing in, by source and by name, so that no stranger can lock anybody out (docs/security.md).

Failures are counted by what was typed, whether it exists or not. A device that signed in to this account before
has a row of its own, which strangers cannot fill.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from keyturn.access.devices import Device
from keyturn.limits import counters, delays, patience
from keyturn.limits.counters import Limit
from keyturn.limits.delays import Schedule

TRIES_BY_SOURCE = Limit("sign_in_by_source", 300, timedelta(minutes=10), scaled=True)
FAILING_NAME = Limit("sign_in_failing_name", 1, timedelta(hours=1))  # taken by the first failure of a name
FAILING_NAMES = Limit("sign_in_failing_names", 20, timedelta(hours=1), scaled=True)
SLOWLY = Limit("sign_in_slowly", 1, timedelta(seconds=30))  # what a source keeps that fails with many names
GUESSES_OF_TEMPORARY = Limit("sign_in_temporary", 10, timedelta(minutes=10), scaled=True)  # of a source, at a name
CHANGES = Limit("own_password_changes", 10, timedelta(days=1))  # each tells every address, and spends text messages

STRANGERS = Schedule("strangers", patience.pauses(), closes_at=patience.CLOSES_AT)
KNOWN_DEVICE = Schedule("known_device", patience.pauses())
SIGNED_IN = Schedule("signed_in", patience.pauses())


@dataclass(frozen=True)
class Bucket:
    """Where the failures of one name, or of one device with it, are counted."""

    schedule: Schedule
    whom: tuple[str, ...]

    def count(self, now: datetime, forgiven_at: datetime | None) -> datetime | None:
        """Count one try before it is compared; None to go on, or the moment to wait for."""
        return delays.count(self.schedule, *self.whom, now=now, forgiven_at=forgiven_at)

    def clear(self) -> None:
        """Forget the failures: it was the owner."""
        delays.clear(self.schedule, *self.whom)


def bucket(tenant_id: str, login_key: str, device: Device | None) -> Bucket:
    """The row for what was typed, or for the device that is known for it."""
    if device is not None:
        return Bucket(KNOWN_DEVICE, (tenant_id, login_key, device.id))
    return Bucket(STRANGERS, (tenant_id, login_key))


def bucket_of_account(tenant_id: str, account_id: str) -> Bucket:
    """The row for guesses at the current password from within a session; no stranger can fill it."""
    return Bucket(SIGNED_IN, (tenant_id, account_id))


def source_must_wait(source: str, device: Device | None, now: datetime) -> datetime | None:
    """Count one try of a source; the moment to wait for when it tried too much, or failed with many names."""
    if until := counters.take(TRIES_BY_SOURCE, source, now=now):
        return until
    if device is None and counters.full_until(FAILING_NAMES, source, now=now):
        return counters.take(SLOWLY, source, now=now)
    return None


def guesser_must_wait(source: str, whose: Bucket, now: datetime) -> datetime | None:
    """Count one try of a source at a name's temporary passwords; the moment to wait for when it tried too often.

    They survive a hundred wrong tries of all sources together. Without this, one source alone would end them.
    """
    return counters.take(GUESSES_OF_TEMPORARY, source, *whose.whom, now=now)


def remember_failure(source: str, failed: Bucket, now: datetime) -> None:
    """Count the names that a source failed with; the same name weighs once an hour."""
    if counters.has_taken(FAILING_NAME, source, *failed.whom, now=now):
        counters.has_taken(FAILING_NAMES, source, now=now)
