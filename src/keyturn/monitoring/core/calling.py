"""Calls to a tenant's own software: how one is signed, and when it is tried again. Standard Webhooks 1.0.0.

The signature covers id, time and body, so that a call can neither be changed nor be played back later as a new one.
"""

import base64
import hmac
from datetime import timedelta
from hashlib import sha256

PREFIX = "whsec_"  # by which receivers' libraries know a secret
GIVEN_UP_AFTER = timedelta(days=1)
_PAUSES = (10, 60, 300, 1800, 7200)  # seconds; the last one again and again


def headers(call_id: str, moment: int, body: bytes, secret: bytes) -> dict[str, str]:
    """What says that a call is from us; `moment` in seconds since 1970."""
    signed = b".".join((call_id.encode(), str(moment).encode(), body))
    signature = base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()
    return {"webhook-id": call_id, "webhook-timestamp": str(moment), "webhook-signature": f"v1,{signature}"}


def written(secret: bytes) -> str:
    """A secret as its receiver is given it."""
    return PREFIX + base64.b64encode(secret).decode()


def pause(tries: int, age: timedelta) -> timedelta | None:
    """How long to wait after that many tries that failed; None: not again, the call is too old to be news."""
    wait = timedelta(seconds=_PAUSES[min(tries, len(_PAUSES)) - 1])
    return wait if age + wait <= GIVEN_UP_AFTER else None


def is_taken(status: int) -> bool:
    """Whether an answer with this status ends a call well."""
    return 200 <= status <= 299
