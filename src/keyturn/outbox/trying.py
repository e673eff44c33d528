"""Trying: the worker runs one trial and hands a real message over, by whatever is tried."""

from typing import Any
from uuid import UUID

from django.conf import settings

from keyturn.lib import origins, phones
from keyturn.outbox import channels, diagnosis, drafting, gateways, profiles
from keyturn.outbox.attending import Book, attend
from keyturn.outbox.diagnosis import Finding
from keyturn.outbox.mail_services import Account
from keyturn.outbox.models import CellProvider, Trial
from keyturn.outbox.profiles import Described
from keyturn.outbox.transports import CarrierGateway, HttpSms, by_service
from keyturn.outbox.transports.base import Outgoing, Receipt, Transport, TransportError
from keyturn.outbox.transports.carrier_gateway import PatternRefused
from keyturn.outbox.transports.connection import Connection, Means
from keyturn.outbox.transports.dialogue import Timeouts
from keyturn.outbox.transports.http_sms import NO_AUTH, Gateway
from keyturn.outbox.transports.server import Server
from keyturn.outbox.transports.writing import NotAMessage, write
from keyturn.outbox.trials import ACCEPTED, stages_of
from keyturn.tenants.models import Tenant

PATIENCE = Timeouts(connect=10, reply=30, data_end=60)  # somebody watches


def step() -> bool:
    """Run the trial that waits longest; False when there is none. For the worker."""
    return attend(_TRANSPORTS, _send)


def _send(book: Book, told: dict[str, Any]) -> None:
    """One message from its sealed description to the last step."""
    trial = book.trial
    transport = _TRANSPORTS[trial.kind](told, book)
    if transport is None:
        return None
    try:
        receipt = transport.send(_outgoing(trial, told))
    except TransportError as problem:
        return book.fail(_finding(book.next_stage, problem), problem.reply)
    except Exception as problem:  # the type alone: its text could hold a password
        return book.fail(Finding.BROKEN_OFF, type(problem).__name__)
    return book.reach(ACCEPTED, receipt.reply)


def _finding(stage: str, problem: TransportError) -> Finding:
    match problem.__cause__:
        case PatternRefused() | phones.PhoneRefused():
            return Finding.NUMBER_UNFIT
        case NotAMessage():
            return Finding.SENDER_UNFIT
    return diagnosis.of(stage, problem)


def _by_mail(told: dict, book: Book) -> Transport | None:
    is_account = "account" in told
    server = Account(**told["account"]) if is_account else Server(**{**told["server"], "guarded": True})
    if told["kept"]:
        server = profiles.as_kept(server, UUID(told["kept"]))
    if (is_account or server.username) and not server.password:
        book.fail(Finding.NO_PASSWORD)
        return None
    return _watched(server, book)


def _by_provider(told: dict, book: Book) -> Transport | None:
    provider = CellProvider.objects.filter(pk=told["provider"]).first()
    first = _first_server(book) if provider else None
    if provider is None or first is None:
        book.fail(Finding.NO_SERVER)
        return None
    return CarrierGateway(first, provider.sms_domain, provider.number_format)


def _by_whatever_sends(told: dict, book: Book) -> Transport | None:
    """A layout goes as messages do: by the first mail server, or by the gateway for text messages."""
    is_sms = told["channel"] == channels.SMS
    row = gateways.enabled() if is_sms else None
    transport = HttpSms(gateways.opened(row), book.reach) if row else None if is_sms else _first_server(book)
    if transport is None:
        book.fail(Finding.NO_GATEWAY if is_sms else Finding.NO_SERVER)
    return transport


def _first_server(book: Book) -> Transport | None:
    servers = profiles.servers()
    if not servers:
        return None
    book.plan(stages_of(servers[0]))
    return _watched(servers[0], book)


def _by_gateway(told: dict, book: Book) -> Transport | None:
    gateway = Gateway(**{**told["gateway"], "guarded": True})
    row = gateways.current()
    if gateway.auth != NO_AUTH and not gateway.secret:
        gateway = gateways.with_secret(gateway, bytes(row.sealed_secret)) if row else gateway
        if not gateway.secret:
            book.fail(Finding.NO_PASSWORD)
            return None
    return HttpSms(gateway, book.reach)


def _watched(server: Described, book: Book) -> Transport:
    """A mail server or service, whose every stage is written down."""
    book.secrets = (server.password,) if server.password else ()
    return by_service(server, book.reach) if isinstance(server, Account) else _WatchedSmtp(server, book)


_TRANSPORTS = {
    Trial.MAIL: _by_mail,
    Trial.PROVIDER: _by_provider,
    Trial.GATEWAY: _by_gateway,
    Trial.LAYOUT: _by_whatever_sends,
}


class _WatchedSmtp(Transport):
    """One mail server, a new connection, and somebody who watches."""

    def __init__(self, server: Server, book: Book):
        self.name = server.name
        self._server, self._book = server, book

    def send(self, outgoing: Outgoing) -> Receipt:
        """Write it as an email and hand it over."""
        means = Means(PATIENCE, self._book.reach)
        mail = write(outgoing, self._server)
        opened = Connection(self._server, origins.mail_domain(settings.KEYTURN_PUBLIC_URL), means)
        try:
            return Receipt(opened.hand_over(mail))
        finally:
            opened.close()


def _outgoing(trial: Trial, told: dict) -> Outgoing:
    tenant = Tenant.objects.get(pk=trial.tenant_id)
    domain = origins.mail_domain(settings.KEYTURN_PUBLIC_URL)
    return Outgoing(
        to=told["to"],
        subject=told["subject"],
        text=f"{told['text'].rstrip()}\n",
        html=told.get("html", ""),
        header_id=f"<{trial.id.hex}@{domain}>",
        written_at=trial.created_at,
        sender_name=tenant.name,
        sender_host=origins.mail_domain(tenant.public_url),
        pictures=drafting.pictures(tenant, told.get("html", "")),
    )
