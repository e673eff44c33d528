"""An authenticator app (TOTP, RFC 6238): proposed on a page, kept once its first code was typed, asked ever after.

A proposal is written down nowhere: its secret goes to the page twice, readable for the app and sealed for us, and
comes back with the first code.
"""

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp

from keyturn.lib import seal
from keyturn.operators.factors.core import codes
from keyturn.operators.factors.core.codes import AppCode
from keyturn.operators.factors.models import AuthenticatorApp
from keyturn.operators.models import Operator

ISSUER = "Keyturn"
PROPOSED_FOR = timedelta(minutes=30)  # time to find the phone and install an app
_LONGEST_SEALED = 500


@dataclass(frozen=True)
class Proposal:
    """A secret that is not yet anybody's factor: `address` is what the QR code says, `sealed` what comes back."""

    secret: str = field(repr=False)
    address: str = field(repr=False)
    sealed: str = field(repr=False)


def propose(operator: Operator, place: str, now: datetime) -> Proposal:
    """A new secret of 160 bits (RFC 4226 §4); `place` is the name that the app shows it under."""
    secret = pyotp.random_base32()
    return _proposal(operator, place, secret, seal.wrap(f"{now.isoformat()} {secret}".encode(), _proposed(operator)))


def proposed(operator: Operator, place: str, sealed: str, now: datetime) -> Proposal | None:
    """The proposal that a page carried; None when it is not this operator's, or too old."""
    if len(sealed) > _LONGEST_SEALED or not sealed.isascii():
        return None
    try:
        wrapped = base64.urlsafe_b64decode(sealed)
        made_at, secret = seal.unwrap(wrapped, _proposed(operator)).decode().split(" ")
    except (seal.SealBroken, ValueError):
        return None
    if now - datetime.fromisoformat(made_at) > PROPOSED_FOR:
        return None
    return _proposal(operator, place, secret, wrapped)


def keep(operator: Operator, proposal: Proposal, code: AppCode, now: datetime) -> bool:
    """Make the proposal this operator's app, in place of a former one, if the code is right."""
    step = _step_of(proposal.secret, code, now)
    if step is None:
        return False
    fresh = {"last_step": step, "created_at": now, "last_used_at": None}
    sealed = seal.wrap(proposal.secret.encode(), _kept(operator))
    AuthenticatorApp.objects.update_or_create(operator=operator, defaults=fresh | {"sealed": sealed})
    return True


def accept(operator: Operator, code: AppCode, now: datetime) -> bool:
    """Whether this is a code of the operator's app that was never taken before; taking it ends it and all older."""
    app = AuthenticatorApp.objects.filter(operator=operator).first()
    if app is None:
        return False
    try:
        secret = seal.unwrap(bytes(app.sealed), _kept(operator)).decode()
    except seal.SealBroken:  # kept under key files that are not these: lost, and to be helped like one that is
        return False
    step = _step_of(secret, code, now)
    return step is not None and _take(app, step, now)


def _take(app: AuthenticatorApp, step: int, now: datetime) -> bool:
    """The guard against replay (RFC 6238 §5.2): of all who bring the same code, one moves the step on."""
    unused = AuthenticatorApp.objects.filter(pk=app.pk, sealed=app.sealed, last_step__lt=step)
    return unused.update(last_step=step, last_used_at=now) == 1


def _step_of(secret: str, code: AppCode, now: datetime) -> int | None:
    """The step whose code this is; every acceptable one is compared, whichever fits."""
    counter = pyotp.HOTP(secret, digits=codes.DIGITS)
    fitting = [step for step in codes.steps_at(now) if hmac.compare_digest(counter.at(step), code.digits)]
    return fitting[-1] if fitting else None


def _proposal(operator: Operator, place: str, secret: str, wrapped: bytes) -> Proposal:
    address = pyotp.TOTP(secret).provisioning_uri(name=f"{operator.username} · {place}", issuer_name=ISSUER)
    return Proposal(secret, address, base64.urlsafe_b64encode(wrapped).decode())


def _proposed(operator: Operator) -> str:
    return f"authenticator-proposal|{operator.pk}"


def _kept(operator: Operator) -> str:
    return f"authenticator|{operator.pk}"
