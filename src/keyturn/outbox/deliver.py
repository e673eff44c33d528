"""Delivering: one message is claimed, written, offered to the mail servers in order, and settled.

    claim ─ look ─ write ─ [ SENDING ─ hand over ─ (attempts; SENT and the body destroyed) ]
Each step but the handing over is one statement or one transaction; nothing outside is called within one. A worker
that dies at any point leaves a lease that runs out, and the message goes once more with the same Message-ID; what is
in brackets the senders of a worker do in turn, so that one message is in doubt then and no more.
Whatever is wrong with one message ends that message and no other.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction

from keyturn.lib import addresses, clock, keys, leases, points
from keyturn.outbox import channels, core, drafting, gateways, profiles, turns
from keyturn.outbox.models import Attempt, Message
from keyturn.outbox.profiles import Described
from keyturn.outbox.transports import CarrierGateway, HttpSms, mail_transport
from keyturn.outbox.transports.base import Outgoing, Transport, TransportError, kept_reply
from keyturn.outbox.transports.smtp import close_idle
from keyturn.tenants import prepared, scope

_A_WHILE = timedelta(minutes=1)
log = structlog.get_logger("keyturn.outbox")


def senders() -> int:
    """How many threads of a worker deliver."""
    return 4 if connection.vendor == "postgresql" else 2  # SQLite has one writer; more would only queue


def step() -> bool:
    """Deliver the message that has been due longest; False when there was none, or none that may be taken now."""
    now = clock.now()
    lease = timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    held = turns.HANDING_OVER.held(_share())
    claim = leases.claim(Message, now=now, lease=lease, but_not={"tenant_id": held} if held else {})
    if claim is None:
        close_idle()
        return False
    points.reach("deliver.claimed")
    with scope.inside(claim.tenant_id), leases.kept(Message, claim, lease):
        try:
            _deliver(claim, now)
        except leases.LeaseLost:
            log.warning("message.lease_lost", message=str(claim.id))
    points.reach("deliver.settled")
    return True


def _deliver(claim: leases.Claim, now: datetime) -> None:
    message = _message(id=claim.id)
    transports = _transports(message, profiles.servers(message.location_id), now)
    ending = _obstacle(message, transports, now)
    if ending or isinstance(outgoing := _written(message), core.Next):
        return _settle(claim, [], ending or outgoing, now)
    try:
        with turns.HANDING_OVER.taken(claim.tenant_id, _share()):
            _hand_over(claim, message, outgoing, transports)
    except turns.Held:
        _settle(claim, [], core.Next(Message.QUEUED, "the mail server takes long over others", message.due_at), now)


def _share() -> int:
    """How many senders one organization may hold by a slow mail server of its own."""
    return senders() // 2


def _hand_over(claim: leases.Claim, message: Message, outgoing: Outgoing, transports: list[Transport]) -> None:
    _start(claim)
    points.reach("deliver.before_send")
    tries = _offer(outgoing, transports)
    points.reach("deliver.after_send")
    after = clock.now()  # a second look: a hand-over may have taken minutes
    _settle(claim, tries, core.after(tries, _history(claim, message, tries), after), after)


@prepared.one
def _message(id):
    return Message.objects.select_related("tenant", "address", "person__cell_provider").filter(pk=id)


def _obstacle(message: Message, transports: list[Transport], now: datetime) -> core.Next | None:
    """Why this message need not be offered to anybody now: its end, or a while to wait; None when it may go."""
    wait_until = min(now + _A_WHILE, message.deadline)
    if message.deadline <= now:
        return core.Next(Message.EXPIRED, message.last_reply or "the deadline passed")
    if message.address is None and not message.elsewhere:
        return core.Next(Message.FAILED, "the address is no longer on record")
    if message.address and not message.address.may_receive:
        return core.Next(Message.FAILED, "the address may not receive messages")
    if settings.KEYTURN_IS_SECURE and addresses.is_reserved(_key_of(message)):  # without https it is a test itself
        return core.Next(Message.FAILED, "the address is reserved for tests and cannot exist")
    if message.channel == channels.SMS and not (message.person and _takes_sms(message, now)):
        return core.Next(Message.FAILED, "no carrier takes text messages for this person")
    if not message.tenant.is_active:
        return core.Next(Message.QUEUED, "the organization is suspended", wait_until)
    if not transports:
        return core.Next(Message.QUEUED, "no mail server is configured", wait_until)
    return None


def _written(message: Message) -> Outgoing | core.Next:
    """The message in words, or its end: what cannot be written now never can. Missing keys are no fault of it."""
    try:
        return drafting.draft(message)
    except (keys.KeysMissing, keys.KeysUnsafe):
        raise
    except Exception as problem:  # the type alone: a text of the exception could hold the secret
        return core.Next(Message.FAILED, f"could not be written: {type(problem).__name__}")


def _start(claim: leases.Claim) -> None:
    """Show that it is on its way; raises LeaseLost when it was called back or taken over meanwhile."""
    if not _send(id=claim.id, fence=claim.fence):
        raise leases.LeaseLost


@prepared.update
def _send(id, fence):
    return Message.objects.filter(pk=id, fence=fence), {"state": Message.SENDING}


def _transports(message: Message, servers: list[Described], now: datetime) -> list[Transport]:
    """Whom the message is offered to, in order; a text message to the tenant's gateway before the carrier's."""
    by_mail = [mail_transport(server) for server in servers]
    if message.channel == channels.EMAIL:
        return by_mail
    gateway = gateways.enabled()
    by_http = [HttpSms(gateways.opened(gateway))] if gateway else []
    carrier = channels.carrier_of(message.person, now.date()) if message.person else None
    return by_http + [CarrierGateway(mail, carrier.sms_domain, carrier.number_format) for mail in by_mail if carrier]


def _offer(outgoing: Outgoing, transports: list[Transport]) -> list[core.Try]:
    """Offer it to one after another until one has it, may have it, or refuses it for good."""
    tries: list[core.Try] = []
    for transport in transports:
        tries.append(_try(outgoing, transport))
        if tries[-1].is_last:
            break
    return tries


def _try(outgoing: Outgoing, transport: Transport) -> core.Try:
    try:
        outcome, reply = core.ACCEPTED, transport.send(outgoing).reply
    except TransportError as answer:
        outcome, reply = answer.outcome, answer.reply
    except Exception as problem:  # a message that breaks a transport would break it again
        outcome, reply = core.REFUSED, f"could not be sent: {type(problem).__name__}"
    return core.Try(transport.name, outcome, kept_reply(reply, outgoing.secrets))


def _history(claim: leases.Claim, message: Message, tries: list[core.Try]) -> core.History:
    asked = tries[-1].outcome == core.AMBIGUOUS
    was_ambiguous = asked and message.tries.filter(outcome=core.AMBIGUOUS).exists()
    return core.History(message.deadline, claim.attempts, was_ambiguous)


def _settle(claim: leases.Claim, tries: list[core.Try], following: core.Next, now: datetime) -> None:
    """Write every try down, and the new state if the row is still ours; its end destroys the body with it."""
    changes = {"state": following.state, "last_reply": following.reply, "due_at": following.due_at}
    if following.is_over:
        changes |= {"sealed": None, "ended_at": now}
    elif not tries:
        changes |= {"attempts": 0}  # waiting for a server is no failed try
    with transaction.atomic():
        for one in tries:
            said = {"profile": one.profile, "outcome": one.outcome, "reply": one.reply}
            Attempt.objects.create(message_id=claim.id, at=now, **said)
        try:
            leases.settle(Message, claim, **changes)
        except leases.LeaseLost:
            log.warning("message.lease_lost", message=str(claim.id))
            return
    log.info("message.settled", message=str(claim.id), state=following.state, tries=len(tries))


def _key_of(message: Message) -> str:
    return message.address.key if message.address else addresses.parse(message.elsewhere).key


def _takes_sms(message: Message, now: datetime) -> bool:
    return channels.sms_gateway_of(message.person, now.date()) is not None
