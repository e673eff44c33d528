"""The one-time link by which a new owner of the installation chooses a password.

The link is looked at without writing, and seized by one conditional UPDATE, so that it is good once.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from keyturn.lib import digest, hashing
from keyturn.operators.models import Operator, WelcomeLink

_LONGEST_TOKEN = 100


def look(token: str, now: datetime) -> Operator | None:
    """Whose link this is, if it can still be used. Writes nothing."""
    link = _open(token, now).select_related("operator").first()
    return link.operator if link else None


def choose_password(token: str, password: str, now: datetime) -> bool:
    """Set the password and end the link; False when the link is spent, expired or made up."""
    if look(token, now) is None:  # before the hash, which costs
        return False
    hashed = hashing.hash_password(password)
    with transaction.atomic():
        if _open(token, now).update(used_at=now) != 1:
            return False
        Operator.objects.filter(welcomelink__digest=digest.plain("welcome", token)).update(password=hashed)
    return True


def _open(token: str, now: datetime) -> QuerySet[WelcomeLink]:
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return WelcomeLink.objects.none()
    return WelcomeLink.objects.filter(digest=digest.plain("welcome", token), used_at=None, expires_at__gt=now)
