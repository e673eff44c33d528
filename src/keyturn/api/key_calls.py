"""What the tenant's own programs may ask with a key: what became of a request, by its reference."""

import re

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.security import HttpBearer

from keyturn.api.door import answers, moment, sent, tenant_of
from keyturn.api.problems import ProblemAnswer
from keyturn.api.shapes import RequestTold
from keyturn.lib import clock
from keyturn.operators import api_keys
from keyturn.operators.api_keys import READ_RECOVERIES
from keyturn.operators.models import ApiKey
from keyturn.recovery.models import Recovery

router = Router(tags=["programs"])
_REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}", re.ASCII)


class Key(HttpBearer):
    """A living key of this tenant that has the scope."""

    openapi_name = "Key"

    def __init__(self, scope: str):
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        """The key, or None; raises ProblemAnswer for one that may not do this."""
        tenant_of(request)
        key = api_keys.resolve(token, clock.now())
        if key and self._scope not in key.scopes:
            raise ProblemAnswer("forbidden")
        return key


@router.get(
    "/requests/{reference}",
    auth=Key(READ_RECOVERIES),
    response=answers(401, 403, ok=RequestTold),
    summary="What became of a request",
)
def told(request: HttpRequest, reference: str) -> HttpResponse:
    """Needs a key with the scope `recoveries.read`. Says nothing about the person."""
    row = Recovery.objects.filter(reference=reference).first() if _REFERENCE.fullmatch(reference) else None
    if row is None:
        raise ProblemAnswer("not_found")
    said = {"reference": row.reference, "state": row.state, "reason": row.reason, "method": row.method}
    ended = moment(row.ended_at) if row.ended_at else None
    return sent(said | {"asked_at": moment(row.created_at), "ended_at": ended})
