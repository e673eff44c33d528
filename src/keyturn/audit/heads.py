"""The head of a tenant's chain: read, moved forward, and told from one that the worker did not write.

Everything here is about the current tenant. What the worker's mark does against whom: docs/audit.md.
"""

from dataclasses import dataclass
from datetime import datetime

from keyturn.audit.models import Event, Head
from keyturn.lib import marks
from keyturn.tenants import scope


@dataclass(frozen=True)
class Place:
    """A point of the chain: so many events, and the link of the last of them."""

    position: int
    link: str


class HeadOutrun(Exception):
    """The head moved while we worked; nothing may be written."""


def current() -> Head | None:
    """The tenant's head; None before its first event was closed."""
    return Head.objects.first()


def start() -> Place:
    """Where a tenant's chain begins."""
    return Place(0, str(scope.current_id()))


def end_of(head: Head | None) -> Place:
    """Where the next event follows on. Without a head, on the last event there is."""
    if head:
        return Place(head.length, head.link)
    last = Event.objects.exclude(position=None).order_by("-position").first()
    return Place(last.position, last.chain) if last else start()


def anchor_of(head: Head | None) -> Place:
    """From where the chain can be recomputed."""
    return Place(head.anchor_position, head.anchor_link) if head and head.anchor_position else start()


def move(head: Head | None, begun: Place, end: Place, now: datetime) -> None:
    """Write the new end down. A chain that has events and lost its head gets none: that is for the doctor to tell."""
    if head:
        _write(head, end, anchor_of(head), now)
    elif begun.position == 0:
        _create(end, now)


def move_anchor(head: Head, anchor: Place, now: datetime) -> None:
    """Write down from where the chain can be recomputed from now on."""
    _write(head, Place(head.length, head.link), anchor, now)


def is_genuine(head: Head) -> bool:
    """Whether the worker wrote this very head."""
    return marks.fits(head.mark, "audit-head", *_parts(Place(head.length, head.link), anchor_of(head)))


def _create(end: Place, now: datetime) -> None:
    Head.objects.create(length=end.position, link=end.link, mark=_mark(end, start()), moved_at=now)


def _write(head: Head, end: Place, anchor: Place, now: datetime) -> None:
    mine = Head.objects.filter(pk=head.pk, length=head.length, anchor_position=head.anchor_position)
    kept = {"anchor_position": anchor.position, "anchor_link": anchor.link if anchor.position else ""}
    if mine.update(length=end.position, link=end.link, mark=_mark(end, anchor), moved_at=now, **kept) != 1:
        raise HeadOutrun


def _mark(end: Place, anchor: Place) -> str:
    return marks.mark("audit-head", *_parts(end, anchor))


def _parts(end: Place, anchor: Place) -> tuple[str, ...]:
    return str(scope.current_id()), str(end.position), end.link, str(anchor.position), anchor.link
