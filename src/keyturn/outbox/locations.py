"""Locations: places of a tenant with mail profiles of their own; operators who work there write by them (M2.8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from keyturn.audit import events
from keyturn.lib import edits, text
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox.models import Location

MOST = 200  # of one tenant
LONGEST_NAME = 100


class LocationRefused(ValueError):
    """A location cannot be put on record. `field` names what is wrong, `reason` is a stable word:

    empty, too_long, control_character, not_unicode, taken, too_many
    """

    def __init__(self, reason: str, field: str = "name"):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


def listed() -> QuerySet[Location]:
    """Every location by name, with how many mail profiles each has."""
    return Location.objects.annotate(profile_count=Count("profiles")).order_by("name")[:MOST]


def found(location_id: UUID | None) -> Location | None:
    """One of the tenant's, or None."""
    return Location.objects.filter(pk=location_id).first() if location_id else None


def add(name: str, now: datetime, *, actor: str) -> Location:
    """Put one on record; raises LocationRefused."""
    name = _name(name)
    if Location.objects.count() >= MOST:
        raise LocationRefused("too_many")
    with _refusing_the_same_name():
        location = Location.objects.create(name=name)
        events.record("location.saved", at=now, actor=actor, subject=_subject(location), name=name)
    return location


def rename(seen: Seen, name: str, now: datetime, *, actor: str) -> Location:
    """Give it another name; raises LocationRefused or EditLost."""
    location, wanted = seen.row, {"name": _name(name)}
    with _refusing_the_same_name():
        if changes := edits.save(seen, wanted):
            told = {"name": location.name, "changed": edits.told(changes)}
            events.record("location.saved", at=now, actor=actor, subject=_subject(location), **told)
    return location


@transaction.atomic
def remove(seen: Seen, now: datetime, *, actor: str) -> None:
    """Take it away with its mail profiles, if it is still what was seen; raises EditLost.

    What waits to go out from there goes by the tenant's profiles; operators who wrote from there do so, too.
    """
    location = seen.row
    mine = Location.objects.filter(pk=location.pk, version=seen.version)
    if not mine.exists():
        raise EditLost
    profiles = [profile.name for profile in location.profiles.order_by("position", "name")]
    mine.delete()
    told = {"name": location.name, "profiles": profiles}
    events.record("location.removed", at=now, actor=actor, subject=_subject(location), **told)


def _name(raw: str) -> str:
    try:
        return text.line(raw.strip(), at_most=LONGEST_NAME)
    except text.TextRefused as problem:
        raise LocationRefused(problem.reason) from problem


def _subject(location: Location) -> str:
    return f"location:{location.pk}"


@contextmanager
def _refusing_the_same_name() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise LocationRefused("taken") from None
