"""Passkeys of operators: asked for, kept and recognised.

A challenge is one row a session, taken away by one conditional DELETE: whoever answers second, rightly or not, finds
none. Where a device counts its signatures, the count must grow (WebAuthn §6.1.1).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from keyturn.lib import digest
from keyturn.operators.factors import webauthn
from keyturn.operators.factors.models import Passkey, PasskeyChallenge
from keyturn.operators.factors.webauthn import Answer, Key, Site
from keyturn.operators.models import Operator, OperatorSession

ANSWER_WITHIN = timedelta(minutes=5)
AT_MOST = 10  # of one operator


def invite(session: OperatorSession, site: Site, now: datetime) -> dict[str, Any]:
    """What the browser needs to make a new passkey: the options of navigator.credentials.create()."""
    challenge = _challenge(session, site, PasskeyChallenge.CREATE, now)
    owner = (session.operator.pk.bytes, session.operator.username)
    return webauthn.to_create(site, owner, _known(session.operator, site), challenge)


def ask(session: OperatorSession, site: Site, now: datetime) -> dict[str, Any]:
    """What the browser needs to have one of the operator's passkeys sign: options of navigator.credentials.get()."""
    challenge = _challenge(session, site, PasskeyChallenge.GET, now)
    return webauthn.to_get(site, _known(session.operator, site), challenge)


def keep(session: OperatorSession, answer: Answer, named: str, now: datetime) -> Passkey | None:
    """Keep the new passkey; None when the answer is not to what this session was asked, or the key is known."""
    challenge = _taken(session, answer.site, PasskeyChallenge.CREATE, now)
    key = webauthn.created(answer, challenge) if challenge else None
    if key is None or Passkey.objects.filter(operator=session.operator).count() >= AT_MOST:
        return None
    made = Passkey(operator=session.operator, name=named, rp_id=answer.site.rp_id, created_at=now)
    return _insert(made, key)


def accept(session: OperatorSession, answer: Answer, now: datetime) -> bool:
    """Whether one of the operator's passkeys signed what this session was asked, and nobody brought it before."""
    challenge = _taken(session, answer.site, PasskeyChallenge.GET, now)
    key = webauthn.signed(answer, _known(session.operator, answer.site), challenge) if challenge else None
    return key is not None and _count_signature(session.operator, key, now)


def _known(operator: Operator, site: Site) -> list[bytes]:
    """The operator's keys for this host name."""
    theirs = Passkey.objects.filter(operator=operator, rp_id=site.rp_id).order_by("pk")
    return [bytes(credential) for credential in theirs.values_list("credential", flat=True)]


def _challenge(session: OperatorSession, site: Site, kind: str, now: datetime) -> bytes:
    """A new challenge of this session; the one before it ends."""
    text = digest.opaque_token()
    asked = {"kind": kind, "rp_id": site.rp_id, "challenge": text, "expires_at": now + ANSWER_WITHIN}
    PasskeyChallenge.objects.update_or_create(session=session, defaults=asked)
    return text.encode()


def _taken(session: OperatorSession, site: Site, kind: str, now: datetime) -> bytes | None:
    """The challenge that this session was asked here, if it was not answered yet."""
    asked = PasskeyChallenge.objects.filter(session=session, kind=kind, rp_id=site.rp_id, expires_at__gt=now).first()
    return asked.challenge.encode() if asked and _take(asked) else None


def _take(asked: PasskeyChallenge) -> bool:
    return PasskeyChallenge.objects.filter(pk=asked.pk, challenge=asked.challenge).delete()[0] == 1


def _insert(made: Passkey, key: Key) -> Passkey | None:
    made.credential_id, made.credential, made.sign_count = key.id, bytes(key.credential), key.count
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # the same key twice, or somebody else's: it has an owner already
        return None
    return made


def _count_signature(operator: Operator, key: Key, now: datetime) -> bool:
    """Keys that do not count say 0 for ever; of all others the count must be newer than the last."""
    newer = Q(sign_count__lt=key.count) if key.count else Q(sign_count=0)
    theirs = Passkey.objects.filter(newer, operator=operator, credential_id=key.id)
    return theirs.update(sign_count=key.count, last_used_at=now) == 1
