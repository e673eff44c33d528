"""Trying: the worker runs one trial, hands a real message over, and writes each step down as it happens.

Nothing of what is tried reaches a log or a step: answers are kept without the password, trouble by its type.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from keyturn.lib import clock, leases, origins, phones, rows, seal
from keyturn.outbox import channels, diagnosis, drafting, gateways, profiles
from keyturn.outbox.diagnosis import Finding
from keyturn.outbox.mail_services import Account
from keyturn.outbox.models import CellProvider, Trial
from keyturn.outbox.profiles import Described
from keyturn.outbox.transports import CarrierGateway, HttpSms, Provider
from keyturn.outbox.transports.base import Outgoing, Receipt, Transport, TransportError, kept_reply
from keyturn.outbox.transports.carrier_gateway import PatternRefused
from keyturn.outbox.transports.connection import Connection, Means
from keyturn.outbox.transports.dialogue import Timeouts
from keyturn.outbox.transports.http_sms import NO_AUTH, Gateway
from keyturn.outbox.transports.server import Server
from keyturn.outbox.transports.writing import write
from keyturn.outbox.trials import ACCEPTED, sealed_for, stages_of
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

PATIENCE = Timeouts(connect=10, reply=30, data_end=60)  # somebody watches
_STALE = timedelta(minutes=10)  # nobody watches any more


def step() -> bool:
    """Run the trial that waits longest; False when there is none. For the worker."""
    now = clock.now()
    lease = timedelta(seconds=settings.KEYTURN_LEASE_SECONDS)
    claim = leases.claim(Trial, now=now, lease=lease)
    if claim is None:
        return False
    with scope.inside(claim.tenant_id), leases.kept(Trial, claim, lease):
        book = _Book(claim, Trial.objects.get(pk=claim.id))
        try:
            _run(book, now)
        except leases.LeaseLost:
            return True
        leases.settle(Trial, claim, steps=book.steps, sealed=None, due_at=None, ended_at=clock.now())
    return True


class _Book:
    """Writes each stage down, so that whoever watches sees it at once."""

    def __init__(self, claim: leases.Claim, trial: Trial):
        self.trial, self.steps, self.secrets = trial, [], ()
        self._claim = claim

    @property
    def next_stage(self) -> str:
        """The first that was not reached yet."""
        reached = {one["stage"] for one in self.steps}
        return next((stage for stage in self.trial.stages if stage not in reached), ACCEPTED)

    def reach(self, stage: str, words: str = "") -> None:
        """A stage was reached."""
        self._write({"stage": stage, "ok": True, "words": kept_reply(words, self.secrets)})

    def fail(self, finding: Finding, words: str = "") -> None:
        """The next stage was not."""
        said = kept_reply(words, self.secrets)
        self._write({"stage": self.next_stage, "ok": False, "finding": str(finding), "words": said})

    def plan(self, stages: list[str]) -> None:
        """Now it is known which stages there are."""
        self.trial.stages = stages
        rows.update(Trial, self._mine, stages=stages)

    @property
    def _mine(self) -> dict[str, Any]:
        return {"id": self._claim.id, "fence": self._claim.fence}

    def _write(self, line: dict[str, Any]) -> None:
        self.steps.append(line)
        if rows.update(Trial, self._mine, steps=self.steps) != 1:
            raise leases.LeaseLost


def _run(book: _Book, now: datetime) -> None:
    """One trial from its sealed description to the last step."""
    trial = book.trial
    if trial.created_at < now - _STALE or trial.sealed is None:
        return book.fail(Finding.BROKEN_OFF)
    if not Tenant.objects.get(pk=trial.tenant_id).is_active:  # nothing leaves a suspended organization
        return book.fail(Finding.BROKEN_OFF, "the organization is suspended")
    told = json.loads(seal.unseal("settings", trial.sealed, sealed_for(trial)))
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
    unfit = isinstance(problem.__cause__, PatternRefused | phones.PhoneRefused)
    return Finding.NUMBER_UNFIT if unfit else diagnosis.of(stage, problem)


def _by_mail(told: dict, book: _Book) -> Transport | None:
    is_account = "account" in told
    server = Account(**told["account"]) if is_account else Server(**{**told["server"], "guarded": True})
    if told["kept"]:
        server = profiles.as_kept(server, UUID(told["kept"]))
    if (is_account or server.username) and not server.password:
        book.fail(Finding.NO_PASSWORD)
        return None
    return _watched(server, book)


def _by_provider(told: dict, book: _Book) -> Transport | None:
    provider = CellProvider.objects.filter(pk=told["provider"]).first()
    first = _first_server(book) if provider else None
    if provider is None or first is None:
        book.fail(Finding.NO_SERVER)
        return None
    return CarrierGateway(first, provider.sms_domain, provider.number_format)


def _by_whatever_sends(told: dict, book: _Book) -> Transport | None:
    """A layout goes as messages do: by the first mail server, or by the gateway for text messages."""
    is_sms = told["channel"] == channels.SMS
    row = gateways.enabled() if is_sms else None
    transport = HttpSms(gateways.opened(row), book.reach) if row else None if is_sms else _first_server(book)
    if transport is None:
        book.fail(Finding.NO_GATEWAY if is_sms else Finding.NO_SERVER)
    return transport


def _first_server(book: _Book) -> Transport | None:
    servers = profiles.servers()
    if not servers:
        return None
    book.plan(stages_of(servers[0]))
    return _watched(servers[0], book)


def _by_gateway(told: dict, book: _Book) -> Transport | None:
    gateway = Gateway(**{**told["gateway"], "guarded": True})
    row = gateways.current()
    if gateway.auth != NO_AUTH and not gateway.secret:
        gateway = gateways.with_secret(gateway, bytes(row.sealed_secret)) if row else gateway
        if not gateway.secret:
            book.fail(Finding.NO_PASSWORD)
            return None
    return HttpSms(gateway, book.reach)


def _watched(server: Described, book: _Book) -> Transport:
    """A mail server or service, whose every stage is written down."""
    book.secrets = (server.password,) if server.password else ()
    return Provider(server, book.reach) if isinstance(server, Account) else _WatchedSmtp(server, book)


_TRANSPORTS = {
    Trial.MAIL: _by_mail,
    Trial.PROVIDER: _by_provider,
    Trial.GATEWAY: _by_gateway,
    Trial.LAYOUT: _by_whatever_sends,
}


class _WatchedSmtp(Transport):
    """One mail server, a new connection, and somebody who watches."""

    def __init__(self, server: Server, book: _Book):
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
