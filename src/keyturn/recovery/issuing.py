"""Writing the secrets of an allowed recovery: a link with its code, or a temporary password a channel.

Drawing and hashing comes before the transaction, writing inside it; each message carries its own secret and lives
no longer than that. What was drawn is in the sealed message and in these few frames, and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyturn.directories import pending
from keyturn.lib import hashing
from keyturn.outbox import posting, purposes
from keyturn.outbox.models import Message
from keyturn.outbox.posting import Letter
from keyturn.passwords.core import generate
from keyturn.people.models import Address
from keyturn.recovery import tickets
from keyturn.recovery.core import ticket as core
from keyturn.recovery.core.facts import Method
from keyturn.recovery.core.policy import Channel
from keyturn.recovery.finder import Found
from keyturn.recovery.models import Recovery
from keyturn.recovery.tickets import NewTicket
from keyturn.tenants.models import Tenant


@dataclass(frozen=True)
class Order:
    """For which recovery, to whom, under whose settings, at which moment."""

    recovery: Recovery
    found: Found
    tenant: Tenant
    now: datetime

    def expires_at(self, channel: Channel) -> datetime:
        """How long a secret lives that goes this way: the tenant's minutes, by SMS ten at most (M3.7)."""
        lifetime = timedelta(minutes=self.tenant.ticket_expiration_minutes)
        return self.now + (min(lifetime, purposes.SMS_LIFETIME) if channel is Channel.SMS else lifetime)


@dataclass(frozen=True)
class Draft:
    """A temporary password for one channel, drawn and hashed, not yet anybody's."""

    channel: Channel
    text: str
    hash: str

    def __repr__(self) -> str:
        return f"Draft({self.channel}, …)"


def draft(method: Method, channels: Iterable[Channel]) -> tuple[Draft, ...]:
    """The slow part, before any transaction. A link needs none: its secrets are long enough for a plain hash."""
    if method is Method.LINK:
        return ()
    return tuple(_draft(channel) for channel in channels)


def _draft(channel: Channel) -> Draft:
    text = generate.temporary()
    return Draft(channel, text, hashing.hash_password(text))


def issue(order: Order, drafts: Iterable[Draft]) -> list[Channel]:
    """Write the secrets and queue the messages that carry them, inside the caller's transaction; by which channels.

    Email goes first, and with it the lock of the account: a change of password takes the account before a place
    for its text messages, and whoever took them the other way round would wait for it for ever.
    """
    if order.recovery.method == Method.LINK:
        _issue_link(order)
        return [Channel.EMAIL]
    affordable = (one for one in drafts if one.channel is not Channel.SMS or posting.sms_place(order.now))
    return [_issue_temporary_password(order, one) for one in affordable]


def _issue_link(order: Order) -> None:
    drawn, expires_at = core.draw(), order.expires_at(Channel.EMAIL)
    values = {"LINK": core.link(order.tenant.public_url, drawn.token), "CODE": drawn.code}
    message = _post(order, Letter(purposes.RECOVERY_LINK, order.found.email, values, expires_at))
    ticket = NewTicket(order.recovery, order.found.account, drawn, message.id, expires_at)
    tickets.issue(ticket, order.now)


def _issue_temporary_password(order: Order, one: Draft) -> Channel:
    address, expires_at = _address(order.found, one.channel), order.expires_at(one.channel)
    message = _post(order, Letter(purposes.TEMPORARY_PASSWORD, address, {"PASSWORD": one.text}, expires_at))
    pending.issue(
        order.found.account,
        one.channel,
        now=order.now,
        hash=one.hash,
        message_id=message.id,
        recovery_id=order.recovery.id,
        expires_at=expires_at,
        epoch=order.found.account.credential_epoch,
    )
    return one.channel


def _post(order: Order, letter: Letter) -> Message:
    person = order.found.person
    return posting.post(letter, person=person, now=order.now, language=person.language)


def _address(found: Found, channel: Channel) -> Address:
    return found.sms if channel is Channel.SMS else found.email
