"""Keys of the tenant's own programs: made once, shown once, digested; each may do what its scopes say and no more.

made = issue(NewKey("Dispatch board", ("recoveries.read",)), now, actor=…)      made.text is shown now or never
key = resolve(text, now)                                                        None for anything that is no key
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keyturn.audit import events
from keyturn.lib import digest, text
from keyturn.operators.models import ApiKey
from keyturn.tenants.models import Tenant

READ_RECOVERIES = "recoveries.read"
READ_MAILBOXES, READ_MAILBOX_SECRETS = "mailboxes", "mailboxes.secrets"
SCOPES = {
    READ_RECOVERIES: _("Read what became of a request, by its reference"),
    READ_MAILBOXES: _("Read the states of mailboxes"),
    READ_MAILBOX_SECRETS: _("Take mailbox passwords, sealed to the public key of your software"),
}
MOST = 50  # living keys of one tenant
PREFIX = "kt_"  # so that programs which look for leaked keys know one
_LONGEST = 100
_SEEN_EVERY = timedelta(minutes=1)  # how exactly "last used" is kept; a write for every call would be dear


class KeyRefused(ValueError):
    """A key cannot be made. `field` names what is wrong, `reason` is a word of lib.text, or:

    no_scope, unknown_scope, too_many
    """

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class NewKey:
    """A key as an operator wants it. `days` it lives; None: until it is revoked."""

    name: str
    scopes: tuple[str, ...]
    days: int | None = None


@dataclass(frozen=True)
class Issued:
    """A key that was just made, and the only time that its text is known."""

    key: ApiKey
    text: str

    def __repr__(self) -> str:
        return f"Issued({self.key.name}, …)"


@transaction.atomic
def issue(new: NewKey, now: datetime, *, actor: str) -> Issued:
    """Make a key; raises KeyRefused."""
    name, scopes = _checked(new)
    if _living(now).count() >= MOST:
        raise KeyRefused("too_many", "name")
    token = PREFIX + digest.opaque_token()
    key = ApiKey.objects.create(
        name=name,
        digest=digest.plain("api_key", token),
        ending=token[-4:],
        scopes=scopes,
        created_at=now,
        created_by=actor,
        expires_at=now + timedelta(days=new.days) if new.days else None,
    )
    events.record("api_key.issued", at=now, actor=actor, subject=_named(key), name=name, scopes=scopes)
    return Issued(key, token)


@transaction.atomic
def revoke(key_id: UUID, now: datetime, *, actor: str) -> bool:
    """End a key at once; False when it had ended."""
    if not _living(now).filter(pk=key_id).update(revoked_at=now):
        return False
    key = ApiKey.objects.get(pk=key_id)
    events.record("api_key.revoked", at=now, actor=actor, subject=_named(key), name=key.name)
    return True


def resolve(token: str, now: datetime) -> ApiKey | None:
    """The living key with this text, in the tenant we are in, where that is open; remembers that it was used."""
    if len(token) > _LONGEST or not token.startswith(PREFIX) or not token.isascii():
        return None
    here = _living(now).filter(tenant__status=Tenant.ACTIVE)
    key = here.filter(digest=digest.plain("api_key", token)).first()
    if key and (key.last_used_at is None or now - key.last_used_at > _SEEN_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def of_tenant() -> QuerySet[ApiKey]:
    """Every key there ever was, the newest first."""
    return ApiKey.objects.order_by("-created_at", "pk")


def is_living(key: ApiKey, now: datetime) -> bool:
    """Whether the key opens anything."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def _living(now: datetime) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


def _checked(new: NewKey) -> tuple[str, list[str]]:
    try:
        name = text.line(new.name, at_most=100)
    except text.TextRefused as problem:
        raise KeyRefused(problem.reason, "name") from problem
    if not new.scopes:
        raise KeyRefused("no_scope", "scopes")
    if set(new.scopes) - SCOPES.keys():
        raise KeyRefused("unknown_scope", "scopes")
    return name, [scope for scope in SCOPES if scope in new.scopes]


def _named(key: ApiKey) -> str:
    return f"api_key:{key.pk}"
