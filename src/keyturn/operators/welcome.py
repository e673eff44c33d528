"""The one-time link by which an operator chooses a password: a new one, or one who lost it.

The link is looked at without writing, and seized by one conditional UPDATE, so that it is good once.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from keyturn.lib import digest, hashing
from keyturn.operators import record, sessions
from keyturn.operators.factors import enrolling
from keyturn.operators.models import Operator, WelcomeLink
from keyturn.tenants.models import Tenant

LIFETIME = timedelta(hours=24)  # longer than a person's: staff start it when it suits them
_LONGEST_TOKEN = 100


def make(operator: Operator, now: datetime, *, resets_factors: bool = False) -> str:
    """A new link's token; earlier links end. Inside the caller's transaction, which audits.

    With `resets_factors` it also lets go of second factors: for who lost everything and has the server.
    """
    token = digest.opaque_token()
    WelcomeLink.objects.filter(operator=operator, used_at=None, expires_at__gt=now).update(expires_at=now)
    WelcomeLink.objects.create(
        operator=operator, digest=_digest_of(token), expires_at=now + LIFETIME, resets_factors=resets_factors
    )
    return token


def look(token: str, now: datetime) -> Operator | None:
    """Whose link this is, if it can still be used. Writes nothing."""
    link = _open(token, now).select_related("operator__tenant").first()
    return link.operator if link else None


def choose_password(token: str, password: str, now: datetime) -> bool:
    """Set the password, end the link and every session; False when the link is spent, expired or made up."""
    if look(token, now) is None:  # before the hash, which costs
        return False
    hashed = hashing.hash_password(password)
    with transaction.atomic():
        if _unspent(token, now).update(used_at=now) != 1:
            return False
        link = WelcomeLink.objects.select_related("operator").get(digest=_digest_of(token))
        _settle(link, hashed, now)
    return True


def _settle(link: WelcomeLink, hashed: str, now: datetime) -> None:
    operator = link.operator
    Operator.objects.filter(pk=operator.pk).update(password=hashed)
    ended = sessions.end_all(operator, now)
    record.about(operator, "operator.password_changed", at=now, reason="welcome_link", sessions=ended)
    if link.resets_factors:
        enrolling.remove_all(operator, now, actor=record.of(operator))


def _open(token: str, now: datetime) -> QuerySet[WelcomeLink]:
    """The link, while it lives and its operator may come in at all."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return WelcomeLink.objects.none()
    welcome = Q(operator__tenant=None) | Q(operator__tenant__status=Tenant.ACTIVE)
    return _unspent(token, now).filter(welcome, operator__is_active=True)


def _unspent(token: str, now: datetime) -> QuerySet[WelcomeLink]:
    """By the link's own columns alone: an UPDATE over a join asks its conditions once, and two could pass."""
    return WelcomeLink.objects.filter(digest=_digest_of(token), used_at=None, expires_at__gt=now)


def _digest_of(token: str) -> str:
    return digest.plain("welcome", token)
