"""What the tenant's own software asks of mailboxes with a key: how they are, and a password sealed to it (M1.15)."""

import base64
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from keyturn.api.door import answers, moment, sent
from keyturn.api.keys import Key
from keyturn.api.mailbox_shapes import MailboxesTold, MailboxesWanted, MailboxTold, SecretAsked, SecretHanded
from keyturn.api.problems import ProblemAnswer
from keyturn.lib import clock
from keyturn.lib.paging import keyset
from keyturn.monitoring import handing
from keyturn.monitoring.handing import Withheld
from keyturn.monitoring.models import Handing, Mailbox
from keyturn.operators.api_keys import READ_MAILBOX_SECRETS, READ_MAILBOXES

router = Router(tags=["programs"])
_ORDER = ("name", "id")
_SIZE = 100
_SECONDS = "1"  # until a worker has sealed it


@router.get(
    "",
    auth=Key(READ_MAILBOXES),
    response=answers(401, 403, 422, ok=MailboxesTold),
    summary="How mailboxes are",
)
def list_mailboxes(request: HttpRequest, wanted: Query[MailboxesWanted]) -> HttpResponse:
    """Needs a key with the scope `mailboxes`. By name, a hundred at a time."""
    found = Mailbox.objects.select_related("person")
    if wanted.state:
        found = found.filter(state=wanted.state)
    shown = keyset(found, _ORDER, cursor=wanted.page, size=_SIZE)
    return sent({"mailboxes": [_told(mailbox) for mailbox in shown.rows], "next": shown.next})


@router.get(
    "/{uuid:mailbox}",
    auth=Key(READ_MAILBOXES),
    response=answers(401, 403, ok=MailboxTold),
    summary="How a mailbox is",
)
def read_mailbox(request: HttpRequest, mailbox: UUID) -> HttpResponse:
    """Needs a key with the scope `mailboxes`."""
    return sent(_told(_found(mailbox)))


@router.get(
    "/{uuid:mailbox}/secret",
    auth=Key(READ_MAILBOX_SECRETS),
    response=answers(401, 403, 409, ok=SecretHanded) | {202: SecretAsked},
    summary="A mailbox's password, sealed",
)
def take_secret(request: HttpRequest, mailbox: UUID) -> HttpResponse:
    """Needs a key with the scope `mailboxes.secrets`, and a public key in the settings. Every sealing is recorded."""
    handing_on = handing.ask(_found(mailbox), clock.now(), actor=f"api_key:{request.auth.pk}")
    if isinstance(handing_on, Withheld):
        raise ProblemAnswer(str(handing_on))
    if handing_on.sealed is None:
        answer = sent(_asked(handing_on), status=202)
        answer.headers["Retry-After"] = _SECONDS
        return answer
    sealed = {"sealed": base64.b64encode(bytes(handing_on.sealed)).decode(), "key": handing_on.key}
    return sent(_asked(handing_on) | sealed | {"sealed_at": moment(handing_on.sealed_at)})


def _found(mailbox_id: UUID) -> Mailbox:
    mailbox = Mailbox.objects.select_related("person").filter(pk=mailbox_id).first()
    if mailbox is None:
        raise ProblemAnswer("not_found")
    return mailbox


def _asked(handing_on: Handing) -> dict[str, Any]:
    return {"id": str(handing_on.mailbox_id), "secret_version": handing_on.secret_version}


def _told(mailbox: Mailbox) -> dict[str, Any]:
    names = ("name", "protocol", "host", "port", "tls", "username", "state", "code", "secret_version")
    times = {
        "checked_at": mailbox.checked_at,
        "next_check_at": mailbox.due_at,
        "suspended_at": mailbox.suspended_at,
    }
    return (
        {"id": str(mailbox.pk), "person": mailbox.person.identifier}
        | {name: getattr(mailbox, name) for name in names}
        | {name: moment(at) if at else None for name, at in times.items()}
    )
