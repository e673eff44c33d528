"""Redeeming a ticket: link, code and a new password together set the password, once.

    find the ticket ▶ judge the password ▶ count the try ▶ compare the code ▶ hash ▶ seize the ticket
        ▶ reach out to a remote directory ▶ settle: ticket, password, recovery and audit in one transaction

What was typed badly (no six digits, a weak password) is answered before a try is counted, so a robot that submits
junk burns nothing. The count is committed before the code is compared, so no number of simultaneous guesses can
outrun it. The verdict is read from the row, never from a session. Made-up links are counted by source.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyturn.audit import events
from keyturn.directories.base import DirectoryUnreachable, PasswordRefused
from keyturn.lib import clock, points, text
from keyturn.limits import counters
from keyturn.passwords import change, judgement
from keyturn.passwords.change import Cause, Change, EpochMoved
from keyturn.passwords.core.judge import Judgement
from keyturn.people.models import Person
from keyturn.recovery import limits, tickets
from keyturn.recovery.core import ticket as core
from keyturn.recovery.models import Recovery, Ticket
from keyturn.recovery.outcomes import (
    Answer,
    Busy,
    DirectoryDown,
    Malformed,
    NotTaken,
    Outcome,
    Redeemed,
    Refused,
    Wait,
    Weak,
)
from keyturn.tenants import prepared

__all__ = [
    "Answer",
    "Attempt",
    "Busy",
    "DirectoryDown",
    "Malformed",
    "NotTaken",
    "Outcome",
    "Redeemed",
    "Refused",
    "View",
    "Wait",
    "Weak",
    "look",
    "redeem",
]


@dataclass(frozen=True)
class Attempt:
    """What the form sent, as it came; any of it may be anything."""

    token: str
    code: str
    new_password: str
    source: str

    def __repr__(self) -> str:
        return "Attempt(…)"


@dataclass(frozen=True)
class View:
    """A ticket that could be redeemed now, and whose: to judge a password while it is typed."""

    ticket: Ticket
    person: Person


@dataclass(frozen=True)
class _Seized:
    """A ticket that is ours until the lease ends, and the password on its way."""

    ticket: Ticket
    lease: datetime
    change: Change


class _Outrun(Exception):
    """The ticket was superseded, or the account's password changed, while we worked; nothing may be written."""


def look(token: str) -> View | None:
    """The ticket of a link if it could be redeemed now. Writes nothing, counts nothing."""
    held = core.read_token(token)
    ticket = tickets.find(held, core.RESET) if held else None
    if ticket is None or not tickets.alive(clock.now()).filter(pk=ticket.pk).exists():
        return None
    return View(ticket, ticket.account.person)


def redeem(attempt: Attempt, now: datetime) -> Outcome:
    """Set the new password if link and code are right. Inside a tenant; see the head of this file."""
    try:
        code = core.read_code(attempt.code)
        new_password = _password(attempt.new_password)
    except core.CodeMalformed:
        return Malformed("code")
    except text.TextRefused:
        return Malformed("new_password")
    token = core.read_token(attempt.token)
    ticket = tickets.find(token, core.RESET) if token else None
    if ticket is None and (until := counters.take(limits.MADE_UP_LINKS_BY_SOURCE, attempt.source, now=now)):
        return Wait(until)
    judged = _judge(new_password, ticket)
    if not judged.acceptable:
        return Weak(judged)
    if ticket is None:
        return Refused(Answer.NOT_ACCEPTED)
    return _refuse(ticket, token, code, now) or _set(ticket, new_password, attempt.source, now)


def _judge(new_password: str, ticket: Ticket | None) -> Judgement:
    """With the person's own data where there is one; only for a real link is anything waited for."""
    if ticket is None:
        return judgement.for_person(new_password, None)
    return judgement.for_person(new_password, ticket.account.person, patience=judgement.WHEN_SAVING)


def _password(raw: object) -> str:
    if not isinstance(raw, str):
        raise text.TextRefused("not_unicode")
    return text.secret(raw)


def _refuse(ticket: Ticket, token: core.Token, code: str, now: datetime) -> Outcome | None:
    """Count the try, then compare; None when the code is the right one."""
    if tickets.is_being_redeemed(ticket, now):
        return Busy()
    if not tickets.count_try(ticket, now):
        return Refused(_answer(ticket))
    points.reach("redeem.counted")
    if core.code_fits(token, code, ticket.code_tag):
        return None
    answer = _answer(ticket)
    if answer is Answer.ASK_AGAIN:
        subject = f"person:{ticket.account.person_id}"
        events.record("ticket.spent", at=now, actor="anonymous", subject=subject)
    return Refused(answer)


def _answer(ticket: Ticket) -> Answer:
    return Answer.ASK_AGAIN if tickets.is_spent(ticket) else Answer.NOT_ACCEPTED


def _set(ticket: Ticket, new_password: str, source: str, now: datetime) -> Outcome:
    """Seize, act, settle."""
    new = change.begin(ticket.account, new_password)
    lease = tickets.seize(ticket, now)
    if lease is None:
        return Busy() if _is_held_by_another(ticket, now) else Refused(Answer.NOT_ACCEPTED)
    points.reach("redeem.seized")
    try:
        new.reach_out()
    except DirectoryUnreachable:
        tickets.release(ticket, lease)
        return DirectoryDown()
    except PasswordRefused as refusal:
        tickets.release(ticket, lease)
        return NotTaken(str(refusal))
    points.reach("redeem.reached_out")
    try:
        _settle(_Seized(ticket, lease, new), source, now)
    except (_Outrun, EpochMoved):
        return Refused(Answer.NOT_ACCEPTED)
    return Redeemed(ticket.account.person)


def _is_held_by_another(ticket: Ticket, now: datetime) -> bool:
    ticket.refresh_from_db(fields=["state", "lease_until"])
    return tickets.is_being_redeemed(ticket, now)


@transaction.atomic
def _settle(seized: _Seized, source: str, now: datetime) -> None:
    ticket = seized.ticket
    person = f"person:{ticket.account.person_id}"
    if not tickets.settle(ticket, seized.lease, now):
        raise _Outrun
    cause = Cause(actor=person, reason="recovery", source=source)
    seized.change.settle(now=now, cause=cause, epoch=ticket.credential_epoch)
    _complete(id=ticket.recovery_id, now=now)
    events.record("recovery.completed", at=now, actor=person, subject=person, source=source)


@prepared.update
def _complete(id, now):
    return Recovery.objects.filter(pk=id), {"state": Recovery.COMPLETED, "ended_at": now}
