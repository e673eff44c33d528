"""Sessions: opening, recognising and ending them. The token leaves once; its digest stays.

opened ──▶ ended            signed out, or everything of the account ended
   ├─────▶ expired          judged at every use
   └─────▶ outlived         the password changed, the person or the tenant is not active: judged at every use
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from keyturn.access.models import Session
from keyturn.audit import events
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.lib import digest
from keyturn.people.models import Person
from keyturn.tenants.models import Tenant

RESTRICTED_FOR = timedelta(minutes=15)  # time enough to think of a password, no more
_LONGEST_TOKEN = 100


@dataclass(frozen=True)
class Opening:
    """What a new session is for: `kind` is Session.WEB or Session.API, `agent` what the client calls itself."""

    kind: str
    agent: str = ""
    temporary: TemporaryPassword | None = None


@dataclass(frozen=True)
class Opened:
    """A session and its token, which nobody can read again."""

    token: str
    session: Session

    def __repr__(self) -> str:
        return "Opened(…)"


def begin(account: Account, opening: Opening, tenant: Tenant, now: datetime) -> Opened:
    """Open a session; inside the caller's transaction, which audits."""
    token = digest.opaque_token()
    session = Session.objects.create(
        account=account,
        kind=opening.kind,
        digest=digest_of(token),
        credential_epoch=account.credential_epoch,
        temporary_password_id=opening.temporary.id if opening.temporary else None,
        created_at=now,
        expires_at=_end(opening, tenant, now),
        agent=opening.agent[:200],
    )
    return Opened(token, session)


def resolve(token: str, kind: str, now: datetime) -> Session | None:
    """The living session of a token, with its account and person; None for every reason there is.

    One statement asks for all of them: ended, expired, password changed, person or tenant not active.
    """
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    living = Session.objects.filter(
        digest=digest_of(token),
        kind=kind,
        ended_at=None,
        expires_at__gt=now,
        credential_epoch=F("account__credential_epoch"),
        account__person__status=Person.ACTIVE,
        tenant__status=Tenant.ACTIVE,
    )
    return living.select_related("account__person").first()


def end(session: Session, now: datetime) -> bool:
    """Sign out; False when the session had ended already."""
    ended = Session.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now) == 1
    if ended:
        person = f"person:{session.account.person_id}"
        events.record("session.ended", at=now, actor=person, subject=person, kind=session.kind)
    return ended


def end_all(account: Account, now: datetime) -> int:
    """End every session of an account; returns how many there were. The caller audits why."""
    return Session.objects.filter(account=account, ended_at=None).update(ended_at=now)


def end_everywhere(session: Session, now: datetime) -> int:
    """Sign out of every browser and app at once, by the wish of the person; returns how many sessions ended.

    A restricted one ends itself alone: a temporary password is not proof enough to sign its owner out elsewhere.
    """
    if session.is_restricted:
        return int(end(session, now))
    person = f"person:{session.account.person_id}"
    with transaction.atomic():
        ended = end_all(session.account, now)
        events.record("sessions.ended", at=now, actor=person, subject=person, reason="own_wish", count=ended)
    return ended


def living(account: Account, now: datetime, at_most: int = 100) -> list[Session]:
    """The account's open sessions, the newest first."""
    mine = Session.objects.filter(account=account, ended_at=None, expires_at__gt=now)
    return list(mine.filter(credential_epoch=account.credential_epoch).order_by("-created_at")[:at_most])


@transaction.atomic
def end_all_by_operator(account: Account, now: datetime, *, actor: str) -> int:
    """An operator signs somebody out of every browser and app; how many sessions there were."""
    ended = end_all(account, now)
    subject = f"person:{account.person_id}"
    events.record("sessions.ended", at=now, actor=actor, subject=subject, reason="by_operator", count=ended)
    return ended


def digest_of(token: str) -> str:
    """What is kept of a token: it has 256 bits of its own, so a plain digest does."""
    return digest.plain("session", token)


def full_lifetime(kind: str, tenant: Tenant) -> timedelta:
    """How long an unrestricted session of this kind lives."""
    if kind == Session.WEB:
        return timedelta(hours=tenant.web_session_hours)
    return timedelta(days=tenant.api_session_days)


def _end(opening: Opening, tenant: Tenant, now: datetime) -> datetime:
    if opening.temporary:
        return min(now + RESTRICTED_FOR, opening.temporary.expires_at)
    return now + full_lifetime(opening.kind, tenant)
