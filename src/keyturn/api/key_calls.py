"""What the tenant's own programs may ask with a key: what became of a request, by its reference."""

import re

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keyturn.api.door import answers, moment, sent
from keyturn.api.keys import Key
from keyturn.api.problems import ProblemAnswer
from keyturn.api.shapes import RequestTold
from keyturn.operators.api_keys import READ_RECOVERIES
from keyturn.recovery.models import Recovery

router = Router(tags=["programs"])
_REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}", re.ASCII)


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
