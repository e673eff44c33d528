"""Mailboxes on record: added, changed, given another secret, suspended and resumed by hand, taken off.

The secret belongs to a place. Whoever changes anything of the place wipes it, so that nobody has Keyturn say a
password to a server of their own (security law 5.6, C82); and a check that is under way is written down no more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from keyturn.audit import events
from keyturn.lib import edits, rows, wake
from keyturn.lib.edits import EditLost, Seen
from keyturn.monitoring import describing, sealing
from keyturn.monitoring.core import rules
from keyturn.monitoring.core.verdict import Verdict
from keyturn.monitoring.describing import MailboxRefused, New
from keyturn.monitoring.models import Mailbox
from keyturn.tenants import scope

__all__ = [
    "EditLost",
    "MailboxRefused",
    "New",
    "add",
    "change",
    "check_now",
    "remove",
    "resume",
    "set_secret",
    "suspend",
    "wipes",
]

_BLANK: dict[str, Any] = {"refusals": 0, "refused_since": None, "troubled_since": None}
_UNSEEN: dict[str, Any] = {"verdict": "", "code": "", "checked_at": None, "accepted_at": None}
_STANDING: dict[str, Any] = {"suspended_by": "", "suspended_at": None}
_NO_CHECK: dict[str, Any] = {"lease_until": None, "fence": None}  # one under way is not ours to write any more


def add(new: New, now: datetime, *, actor: str) -> Mailbox:
    """Put one on record, due at once where it has a secret. Raises MailboxRefused."""
    columns = describing.columns(new)
    place = {name: columns[name] for name in sealing.PLACE}
    mailbox = Mailbox(id=uuid4(), tenant_id=scope.current_id(), created_at=now, state=Mailbox.EMPTY, **columns)
    if new.secret:
        sealing.renewed(mailbox, new.secret)
        mailbox.state, mailbox.due_at = Mailbox.NEW, now
    with _name_once(), transaction.atomic():
        rows.insert(mailbox)
        _record("mailbox.added", mailbox, now, actor, place=place)
    return mailbox


def change(seen: Seen, new: New, now: datetime, *, actor: str) -> bool:
    """Change it; False where nothing differs. Anything of the place wipes the secret, unless a new one comes along.

    Raises MailboxRefused, or EditLost where somebody else saved meanwhile. Its owner stays who it is.
    """
    mailbox, wanted = seen.row, describing.columns(new)
    wanted["person_id"] = mailbox.person_id
    if new.secret or _is_elsewhere(mailbox, wanted):
        wanted |= _another(mailbox, wanted, new.secret, now)
    with _name_once(), transaction.atomic():
        changes = edits.save(seen, wanted)
        if changes:
            told = {name: what for name, what in changes.items() if name in {"name", *sealing.PLACE}}
            _record("mailbox.changed", mailbox, now, actor, changed=edits.told(told), secret=_fate(changes))
    return bool(changes)


def wipes(mailbox: Mailbox, new: New) -> bool:
    """Whether such a change wipes a secret that is kept: a thing to ask about first. Raises MailboxRefused."""
    return mailbox.sealed is not None and not new.secret and _is_elsewhere(mailbox, describing.columns(new))


def set_secret(mailbox: Mailbox, secret: str, now: datetime, *, actor: str) -> None:
    """Another secret for the same place, due at once; raises MailboxRefused, or EditLost."""
    was = mailbox.secret_version
    columns = _another(mailbox, {}, describing.checked_secret(mailbox, secret), now)
    with transaction.atomic():
        if not _one(mailbox).filter(secret_version=was, version=mailbox.version).update(**columns):
            raise EditLost
        _record("mailbox.secret_set", mailbox, now, actor)


def check_now(mailbox: Mailbox, now: datetime, *, actor: str) -> bool:
    """Have it checked as soon as a worker can; False for one that is not watched or is due already.

    A password that was just refused is said again ten minutes later: providers lock whoever tries too often.
    """
    soonest = _soonest(mailbox, now)
    with transaction.atomic():
        is_due = _one(mailbox).filter(due_at__gt=soonest).update(due_at=soonest) == 1
        if is_due:
            _record("mailbox.check_asked", mailbox, now, actor)
    return is_due


def suspend(mailbox: Mailbox, now: datetime, *, actor: str) -> bool:
    """Try it no more until somebody resumes it; False when it was so already."""
    others = _one(mailbox).exclude(state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_OPERATOR)
    by_hand = {"state": Mailbox.SUSPENDED, "suspended_by": Mailbox.BY_OPERATOR, "suspended_at": now, "due_at": None}
    with transaction.atomic():
        is_done = others.update(**by_hand, **_NO_CHECK) == 1
        if is_done:
            _record("mailbox.suspended", mailbox, now, actor, reason=Mailbox.BY_OPERATOR)
    return is_done


def resume(mailbox: Mailbox, now: datetime, *, actor: str) -> bool:
    """Check it again, with nothing held against it; False when it is not suspended or has no secret.

    An incident goes on until the password is accepted: whoever was told of it is not told anew.
    """
    suspended = _one(mailbox).filter(state=Mailbox.SUSPENDED, sealed__isnull=False)
    with transaction.atomic():
        columns = {"due_at": _soonest(mailbox, now), **_BLANK, **_STANDING, **_NO_CHECK}
        is_done = suspended.update(state=Mailbox.NEW, **columns) == 1
        if is_done:
            _record("mailbox.resumed", mailbox, now, actor)
    return is_done


def remove(mailbox: Mailbox, now: datetime, *, actor: str) -> bool:
    """Take it off record, with all that was seen of it; False when somebody else did."""
    with transaction.atomic():
        is_gone = bool(_one(mailbox).delete()[0])
        if is_gone:
            _record("mailbox.removed", mailbox, now, actor)
    return is_gone


def _is_elsewhere(mailbox: Mailbox, wanted: dict[str, Any]) -> bool:
    """Whether anything of the place is to be another."""
    return any(wanted.get(name, getattr(mailbox, name)) != getattr(mailbox, name) for name in sealing.PLACE)


def _another(mailbox: Mailbox, wanted: dict[str, Any], secret: str, now: datetime) -> dict[str, Any]:
    """The columns of a mailbox with another secret, or none, in the place that is wanted; it is unseen."""
    there = copy(mailbox)
    for name, value in wanted.items():
        setattr(there, name, value)
    columns = sealing.renewed(there, secret) if secret else sealing.wiped(there)
    columns |= {**_UNSEEN, **_BLANK, **_NO_CHECK, "updated_at": now}
    if secret and (mailbox.state, mailbox.suspended_by) == (Mailbox.SUSPENDED, Mailbox.BY_OPERATOR):
        return columns  # suspended by hand: it stays so
    standing = {"state": Mailbox.NEW if secret else Mailbox.EMPTY, "due_at": now if secret else None}
    return {**columns, **standing, **_STANDING}


def _soonest(mailbox: Mailbox, now: datetime) -> datetime:
    """When this very password may be said next."""
    is_refused = mailbox.verdict in {Verdict.REJECTED, Verdict.UNCLEAR}
    return max(now, mailbox.checked_at + rules.APART) if is_refused and mailbox.checked_at else now


def _one(mailbox: Mailbox) -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(pk=mailbox.pk)


def _fate(changes: edits.Changes) -> str:
    """What became of the secret."""
    if "secret_version" not in changes:
        return "kept"
    return "replaced" if changes.get("sealed_with", ("", "x"))[1] else "wiped"


def _record(action: str, mailbox: Mailbox, now: datetime, actor: str, **told: Any) -> None:
    told |= {"mailbox": str(mailbox.pk), "name": mailbox.name}
    events.record(action, at=now, actor=actor, subject=f"person:{mailbox.person_id}", **told)
    transaction.on_commit(wake.ring)


@contextmanager
def _name_once() -> Iterator[None]:
    """Two mailboxes of a person under one name: the database says so."""
    try:
        yield
    except IntegrityError as problem:
        raise MailboxRefused("repeated", "name") from problem
