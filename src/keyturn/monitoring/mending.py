"""Mending: the owner of a mailbox gives the old and the new password, by a notice's link or signed in (M1.10).

    find whose mailbox ▶ count the try ▶ compare the old password here ▶ seal the new one ▶ the worker proves it

The old password is compared with a hash that lies beside the sealed one, so this process needs no private key, and a
wrong old password never causes a sign-in outside: we are no machine for guessing at other people's servers. The count
is committed before the comparison, so no number of simultaneous guesses can outrun it. What the worker does with a
`Mending` stands in monitoring.proving.

A wrong old password and a refused new one are told in the same sentence. That the one is answered sooner than the
other helps nobody much: it takes the link and one of its five tries.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from keyturn.audit import events
from keyturn.lib import rows, seal, wake
from keyturn.limits import counters
from keyturn.monitoring import limits, links, passes, sealing
from keyturn.monitoring.models import Mailbox, Mending, MendingLink
from keyturn.tenants import scope

STALE = timedelta(minutes=10)  # nobody watches any more
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Wish:
    """What the form sent, as lib.text.secret gave it; `old` is empty where it was not asked for."""

    old: str = field(repr=False)
    new: str = field(repr=False)
    source: str


@dataclass(frozen=True)
class Owner:
    """Who mends which mailbox: whoever holds the link, or the person who is signed in."""

    mailbox: Mailbox
    link: MendingLink | None = None

    @property
    def actor(self) -> str:
        """As Mending.asked_by has it."""
        return f"link:{self.link.pk}" if self.link else f"person:{self.mailbox.person_id}"


@dataclass(frozen=True)
class Asked:
    """The worker will prove the new password; the page follows it."""

    mending: Mending


@dataclass(frozen=True)
class NotTaken:
    """The old password is not the right one; to be told as when the new one is refused."""


@dataclass(frozen=True)
class Busy:
    """Somebody else's new password for this mailbox is being proven at this moment."""


@dataclass(frozen=True)
class Over:
    """The link does not count, or does not any more."""


@dataclass(frozen=True)
class Wait:
    """Too many tries: when the next one may be made."""

    until: datetime


Outcome = Asked | NotTaken | Busy | Over | Wait


def by_link(token: str) -> Owner | None:
    """Who holds this link, whatever its state; None for a made-up one. Writes nothing."""
    link = links.find(token)
    return Owner(link.mailbox, link) if link else None


def by_person(person_id: UUID, mailbox_id: UUID) -> Owner | None:
    """The person and this mailbox of theirs; None when it is not."""
    mailbox = Mailbox.objects.filter(person_id=person_id, pk=mailbox_id).select_related("person").first()
    return Owner(mailbox) if mailbox else None


def made_up(source: str, now: datetime) -> Outcome:
    """The answer to a link that was made up: as to one that is over, and counted by source."""
    until = counters.take(limits.MADE_UP_LINKS_BY_SOURCE, source, now=now)
    return Wait(until) if until else Over()


def wants_old(owner: Owner, now: datetime) -> bool:
    """Whether the old password is asked for: not under an operator's pass, nor signed in where there is none."""
    has_none = not owner.mailbox.verifier and owner.link is None
    return not has_none and not passes.has(owner.mailbox, now)


def last_of(owner: Owner) -> Mending | None:
    """What this owner asked for last."""
    asked = Mending.objects.filter(mailbox_id=owner.mailbox.pk, asked_by=owner.actor)
    return asked.select_related("mailbox").order_by("-created_at").first()


def is_running(mending: Mending, now: datetime) -> bool:
    """Whether the worker has it still before it, and somebody waits."""
    return mending.state == Mending.WAITING and mending.created_at > now - STALE


def ask(owner: Owner, wish: Wish, now: datetime) -> Outcome:
    """Have the new password proven, if the old one is right. Inside a tenant; see the head of this file."""
    if answer := _answer_at_once(owner, now) or _count(owner, now):
        return answer
    is_blind = not wants_old(owner, now)
    if not is_blind and not sealing.fits(owner.mailbox, wish.old):
        _record("mending.refused", owner, now, source=wish.source, reason="old_password")
        return NotTaken()
    return _write(owner, wish, now, is_blind=is_blind)


def sealed_for_mending(mending: Mending, mailbox: Mailbox) -> str:
    """The one place where a new password opens: this row, and the mailbox as it was when it was asked for."""
    return f"mending|{scope.current_id()}|{mending.pk}|{sealing.sealed_for(mailbox)}"


def purge(now: datetime) -> int:
    """Forget what was asked for and the links of the current tenant after a month; returns how many."""
    asked = Mending.objects.filter(created_at__lt=now - KEPT, due_at=None).delete()[0]
    return asked + MendingLink.objects.filter(expires_at__lt=now - KEPT).delete()[0]


def _running(mailbox: Mailbox, now: datetime) -> Mending | None:
    waiting = Mending.objects.filter(mailbox_id=mailbox.pk, state=Mending.WAITING, created_at__gt=now - STALE)
    return waiting.first()


def _answer_at_once(owner: Owner, now: datetime) -> Outcome | None:
    """What is known before a try is counted; None when one may be made."""
    running = _running(owner.mailbox, now)
    if running and running.asked_by == owner.actor:
        return Asked(running)
    if owner.link and not links.is_alive(owner.link, now):
        return Over()
    until = counters.full_until(limits.SIGN_INS_BY_MAILBOX, str(owner.mailbox.pk), now=now)
    return Busy() if running else Wait(until) if until else None


def _answer(running: Mending, owner: Owner) -> Asked | Busy:
    """Who pressed twice follows the first one."""
    return Asked(running) if running.asked_by == owner.actor else Busy()


def _count(owner: Owner, now: datetime) -> Over | Wait | None:
    if owner.link:
        return None if links.count_try(owner.link, now) else Over()
    until = counters.take(limits.OWN_TRIES_BY_MAILBOX, str(owner.mailbox.pk), now=now)
    return Wait(until) if until else None


def _write(owner: Owner, wish: Wish, now: datetime, *, is_blind: bool) -> Outcome:
    mending = _new(owner, wish, now)
    with transaction.atomic():
        # held, so that of two who ask in the same moment one follows the other
        held = Mailbox.objects.select_for_update(no_key=True).filter(pk=owner.mailbox.pk).first()
        if held is None:
            return Over()
        if running := _running(held, now):
            return _answer(running, owner)
        rows.insert(mending)
        reason = "without_old_password" if is_blind else ""
        _record("mending.asked", owner, now, source=wish.source, reason=reason)
        transaction.on_commit(wake.ring)
    return Asked(mending)


def _new(owner: Owner, wish: Wish, now: datetime) -> Mending:
    mending = Mending(
        id=uuid4(),
        mailbox=owner.mailbox,
        link=owner.link,
        asked_by=owner.actor,
        secret_version=owner.mailbox.secret_version,
        created_at=now,
        due_at=now,
    )
    mending.sealed = seal.seal(sealing.BOX, wish.new.encode(), sealed_for_mending(mending, owner.mailbox))
    return mending


def _record(action: str, owner: Owner, now: datetime, **told: str) -> None:
    mailbox = owner.mailbox
    actor = "anonymous" if owner.link else owner.actor
    events.record(action, at=now, actor=actor, subject=f"person:{mailbox.person_id}", mailbox=str(mailbox.pk), **told)
