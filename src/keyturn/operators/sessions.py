"""Operators' sessions: opening, recognising, confirming and ending them. The token leaves once; its digest stays."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from keyturn.lib import digest
from keyturn.operators.models import Operator, OperatorSession
from keyturn.tenants.models import Tenant

LIFETIME = timedelta(hours=12)  # a working day; the next one begins with signing in
OWED_WITHIN = timedelta(minutes=30)  # time to find the phone, or to install an app on it
CONFIRMED_FOR = timedelta(minutes=10)  # before settings and exports the operator proves again to be the operator
SECOND_FACTOR, ENROLMENT = "second_factor", "enrolment"  # what a session may be awaiting
_LONGEST_TOKEN = 100


@dataclass(frozen=True)
class Browser:
    """Where somebody signs in: the shortened network source, and what the browser calls itself."""

    source: str
    agent: str = ""


@dataclass(frozen=True)
class Standing:
    """What the operator proved besides the password, or what the session still owes before it opens a page."""

    second_factor: str = ""
    awaiting: str = ""


WITHOUT_FACTOR = Standing()


@dataclass(frozen=True)
class Opened:
    """A session and its token, which nobody can read again."""

    token: str = field(repr=False)
    session: OperatorSession


def begin(operator: Operator, browser: Browser, now: datetime, standing: Standing = WITHOUT_FACTOR) -> Opened:
    """Open a session; inside the caller's transaction, which audits."""
    token = digest.opaque_token()
    session = OperatorSession.objects.create(
        operator=operator,
        tenant_id=operator.tenant_id,
        digest=_digest_of(token),
        awaiting=standing.awaiting,
        second_factor=standing.second_factor,
        confirmed_at=now,
        created_at=now,
        expires_at=now + (OWED_WITHIN if standing.awaiting else LIFETIME),
        source=browser.source,
        agent=browser.agent[:200],
    )
    return Opened(token, session)


def resolve(token: str, now: datetime) -> OperatorSession | None:
    """The living session of a token, with its operator and the tenant acted in; None for every reason there is.

    An owner of the installation may act in a suspended tenant: who else would wake it.
    """
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    living = OperatorSession.objects.filter(
        Q(operator__tenant=None) | Q(operator__tenant__status=Tenant.ACTIVE),
        digest=_digest_of(token),
        ended_at=None,
        expires_at__gt=now,
        operator__is_active=True,
    )
    return living.select_related("operator", "tenant").first()


def is_confirmed(session: OperatorSession, now: datetime) -> bool:
    """Whether the operator proved lately to be the operator."""
    return now - session.confirmed_at < CONFIRMED_FOR


def confirm(session: OperatorSession, now: datetime) -> bool:
    """The operator proved it once more; False when the session has ended, or is not past the second step."""
    inside = OperatorSession.objects.filter(pk=session.pk, ended_at=None).exclude(awaiting=SECOND_FACTOR)
    return inside.update(confirmed_at=now) == 1


def end(session: OperatorSession, now: datetime) -> bool:
    """Sign out; False when the session had ended already. The caller audits."""
    return OperatorSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now) == 1


def living(operator: Operator, now: datetime) -> list[OperatorSession]:
    """The browsers in which an operator is signed in, the newest first; no more than a page shows."""
    theirs = OperatorSession.objects.filter(operator=operator, ended_at=None, expires_at__gt=now, awaiting="")
    return list(theirs.order_by("-created_at", "-pk")[:50])


def end_all(operator: Operator, now: datetime, *, but: OperatorSession | None = None) -> int:
    """End every session of an operator, or every other one; returns how many. The caller audits why."""
    living = OperatorSession.objects.filter(operator=operator, ended_at=None)
    return (living.exclude(pk=but.pk) if but else living).update(ended_at=now)


def _digest_of(token: str) -> str:
    return digest.plain("operator_session", token)
