"""Changing one's own password, by choice or because a temporary one must be replaced."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from keyturn.access import limits, sessions
from keyturn.access.models import Session
from keyturn.access.sign_in import Wait
from keyturn.directories import pending, registry
from keyturn.directories.base import DirectoryUnreachable, PasswordRefused, Verdict
from keyturn.directories.models import TemporaryPassword
from keyturn.lib import digest, hashing, text
from keyturn.limits import counters
from keyturn.passwords import change as passwords
from keyturn.passwords import judgement
from keyturn.passwords.core import generate
from keyturn.passwords.core.judge import Judgement
from keyturn.tenants.models import Tenant


@dataclass(frozen=True)
class NewOwn:
    """The new password, and the current one unless the session is a restricted one."""

    new: str = field(repr=False)
    current: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Changed:
    """Every other session has ended. A browser goes on with `token`, an app with the one it has (None)."""

    expires_at: datetime
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class WrongCurrent:
    """The current password was not the right one."""


@dataclass(frozen=True)
class Weak:
    """The new password does not suffice; the judgement says why and what would help."""

    judgement: Judgement


@dataclass(frozen=True)
class SessionOver:
    """The password was changed somewhere else in the meantime; sign in again."""


@dataclass(frozen=True)
class DirectoryDown:
    """The directory gave no answer; nothing was changed."""


Outcome = Changed | WrongCurrent | Weak | Wait | SessionOver | DirectoryDown


def change(session: Session, own: NewOwn, source: str, now: datetime) -> Outcome:
    """Set a new password from within a living session (sessions.resolve); raises TextRefused for no text at all."""
    new = text.secret(own.new)
    judged = judgement.for_person(new, session.account.person, patience=judgement.WHEN_SAVING)
    if not judged.acceptable:
        return Weak(judged)
    if refusal := _refusal(session, own, now):
        return refusal
    if same := _same_as_before(session, own):
        return Weak(replace(judged, failures=(same,)))
    try:
        prepared = passwords.begin(session.account, new)
        prepared.reach_out()
        return _settle(session, prepared, source, now)
    except passwords.EpochMoved:
        return SessionOver()
    except DirectoryUnreachable:
        return DirectoryDown()
    except PasswordRefused:  # a directory with requirements of its own, which it does not tell
        return Weak(replace(judged, failures=("too_weak",)))


def _refusal(session: Session, own: NewOwn, now: datetime) -> WrongCurrent | Wait | DirectoryDown | None:
    """Why this session may not set a password; None when it may.

    Whoever found an open session must not guess for free: counted before it is compared, as at sign-in.
    """
    if session.is_restricted:
        return None
    if own.current is None:  # nothing was guessed, so nothing is counted
        return WrongCurrent()
    account = session.account
    bucket = limits.bucket_of_account(str(session.tenant_id), str(account.id))
    if until := bucket.count(now, account.password_changed_at):
        return Wait(until)
    verdict = registry.connect(account.directory.kind).verify(account, own.current)
    if verdict is Verdict.ACCEPTED:
        bucket.clear()
        until = counters.take(limits.CHANGES, str(account.id), now=now)
        return Wait(until) if until else None
    return WrongCurrent() if verdict is Verdict.REJECTED else DirectoryDown()


def _same_as_before(session: Session, own: NewOwn) -> str | None:
    """The code of what the new password equals; only a text of that shape can be one that Keyturn made."""
    if own.new == own.current:
        return "same_as_current"
    if not session.is_restricted:
        return None
    temporary = TemporaryPassword.objects.filter(pk=session.temporary_password_id).first()
    if temporary and temporary.channel in pending.CHANNELS and not generate.has_temporary_shape(own.new):
        return None
    is_same = temporary is None or hashing.verify(own.new, temporary.hash)
    return "same_as_temporary" if is_same else None


def _settle(session: Session, prepared: passwords.Change, source: str, now: datetime) -> Changed:
    """Password, session, notices and audit: all of it or nothing."""
    reason = "temporary_password_replaced" if session.is_restricted else "own_choice"
    cause = passwords.Cause(f"person:{session.account.person_id}", reason, source)
    with transaction.atomic():
        prepared.settle(now=now, cause=cause, epoch=session.credential_epoch)
        return _carry_on(session, now)


def _carry_on(session: Session, now: datetime) -> Changed:
    """The new epoch ended every session; this one goes on under it, unrestricted, in a browser with a new token."""
    tenant = Tenant.objects.get(pk=session.tenant_id)
    token = digest.opaque_token() if session.kind == Session.WEB else None
    expires_at = now + sessions.full_lifetime(session.kind, tenant) if session.is_restricted else session.expires_at
    carried_on = Session.objects.filter(pk=session.pk, ended_at=None).update(
        credential_epoch=session.credential_epoch + 1,
        temporary_password_id=None,
        expires_at=expires_at,
        digest=sessions.digest_of(token) if token else session.digest,
    )
    if not carried_on:
        raise passwords.EpochMoved
    return Changed(expires_at, token)
