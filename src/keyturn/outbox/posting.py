"""Posting: a message is written down in the transaction of what it reports, and leaves only if that stands.

    place = posting.sms_place(now)                    before an SMS: the tenant's daily cap, exact
    message = posting.post(Letter("temporary_password", address, {"PASSWORD": text}, deadline), person=…, now=…)

What it says is merged when it is sent. Until then the values lie sealed: only the worker can open them, and only
in this very row.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from keyturn.lib import addresses, rows, seal, wake
from keyturn.limits import counters
from keyturn.outbox import channels, purposes
from keyturn.outbox.merge import refuse_line_breaks
from keyturn.outbox.models import Message
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


class LetterRefused(ValueError):
    """A caller posted something that cannot be a message; says what was wrong. A mistake in our own code."""


@dataclass(frozen=True)
class Letter:
    """What to write to one address (a people.Address). `values` are the items that the purpose requires.

    `deadline` is the moment after which it must not be delivered: never later than the secret in it lives.
    `again_of` is the message that this one repeats: it reports the same, of the same moment. It leaves by the mail
    servers of its location, or by the tenant's.
    """

    purpose: str
    address: Any
    values: Mapping[str, str]
    deadline: datetime
    again_of: Message | None = None
    location_id: UUID | None = None

    def __repr__(self) -> str:
        return f"Letter({self.purpose}, …)"


def post(letter: Letter, *, person: Any, now: datetime, language: str = "") -> Message:
    """Queue one message, inside the caller's transaction and tenant; an empty language means the tenant's.

    An SMS needs a place under the tenant's daily cap, taken by `sms_place` in the same transaction.
    """
    channel = channels.channel_of(letter.address)
    _check(letter, channel, now)
    return _queue(
        Message(
            person_id=person.id,
            address_id=letter.address.id,
            location_id=letter.location_id,
            purpose=letter.purpose,
            channel=channel,
            language=language,
            deadline=letter.deadline,
            **_repeated(letter),
        ),
        letter.values,
        now,
    )


def post_elsewhere(letter: Letter, *, now: datetime, language: str = "") -> Message:
    """Queue one email to an address that is on nobody's record (`letter.address` is its text), for the few purposes
    that are `to_anybody`."""
    purpose = purposes.PURPOSES.get(letter.purpose)
    if purpose is None or not purpose.to_anybody:
        raise LetterRefused(f"no {letter.purpose} to somebody who is not on record")
    to = addresses.parse(letter.address).raw
    _check(letter, channels.EMAIL, now)
    return _queue(
        Message(
            elsewhere=to,
            location_id=letter.location_id,
            purpose=letter.purpose,
            channel=channels.EMAIL,
            language=language,
            deadline=letter.deadline,
            **_repeated(letter),
        ),
        letter.values,
        now,
    )


def post_notice(purpose: str, addresses: Iterable[Any], *, person: Any, now: datetime, **told: str) -> list[Message]:
    """Tell every address something that holds no secret; a phone that no SMS can reach now is left out."""
    reachable = [address for address in addresses if _may_go(address, person, now)]
    deadline = now + purposes.NOTICE_LIFETIME
    return [
        post(Letter(purpose, address, told, deadline), person=person, now=now, language=person.language)
        for address in reachable
    ]


def sms_place(now: datetime) -> bool:
    """Take one place under the tenant's SMS cap of the day; False when it is spent (then email alone goes).

    The place is taken in the caller's transaction: rolled back with it, and never given twice.
    """
    cap = Tenant.objects.values_list("sms_per_day", flat=True).get(pk=scope.current_id())
    limit = counters.Limit("sms_per_day", cap, timedelta(days=1))
    return cap > 0 and counters.take(limit, str(scope.current_id()), now=now) is None


def call_back(message_ids: Iterable[UUID], now: datetime) -> int:
    """Cancel the messages that still wait, because what they carry no longer counts; returns how many.

    One that is being handed over at this moment may still arrive; its secret is as dead as the others'.
    """
    if not (wanted := list(message_ids)):
        return 0
    return Message.objects.filter(id__in=wanted, state__in=Message.WAITING).update(
        state=Message.CANCELLED, ended_at=now, sealed=None, due_at=None, lease_until=None, fence=None
    )


def sealed_for(message: Message) -> str:
    """The one place where a message's values open: this tenant, this row, this purpose."""
    return f"message|{message.tenant_id}|{message.id}|{message.purpose}"


def _repeated(letter: Letter) -> dict[str, Any]:
    """Which message it says once more, and the moment of what both report."""
    first = letter.again_of
    return {"again_of": first, "reported_at": first.reported_at or first.created_at} if first else {}


def _queue(message: Message, values: Mapping[str, str], now: datetime) -> Message:
    """Write it down, its values sealed, and wake the worker once it stands."""
    message.id, message.tenant_id = uuid4(), scope.current_id()
    message.created_at = message.due_at = now
    message.header_id = f"<{message.id.hex}@{_domain()}>"
    message.sealed = seal.seal("outbox", json.dumps(dict(values)).encode(), sealed_for(message))
    rows.insert(message)
    transaction.on_commit(wake.ring)
    return message


def _check(letter: Letter, channel: str, now: datetime) -> None:
    purpose = purposes.PURPOSES.get(letter.purpose)
    if purpose is None or channel not in purpose.channels:
        raise LetterRefused(f"no {letter.purpose} by {channel}")
    if set(letter.values) != purpose.given:
        raise LetterRefused(f"{letter.purpose} takes exactly {sorted(purpose.given)}")
    is_short = purpose.holds_secret and purpose.works_alone and channel == channels.SMS
    if is_short and letter.deadline > now + purposes.SMS_LIFETIME:
        raise LetterRefused("what goes by SMS lives ten minutes at most")
    for name, value in letter.values.items():
        refuse_line_breaks(value, name)


def _may_go(address: Any, person: Any, now: datetime) -> bool:
    if channels.channel_of(address) == channels.EMAIL:
        return True
    return channels.sms_gateway_of(person, now.date()) is not None and sms_place(now)


def _domain() -> str:
    return urlsplit(settings.KEYTURN_PUBLIC_URL).hostname or "localhost"
