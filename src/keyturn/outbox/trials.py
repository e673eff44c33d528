"""Trials: an operator tries a mail server, a cell provider, a gateway or a layout out, with values that need not be
saved.

The web process writes a sealed row; the worker, which alone can open kept passwords and reaches outside, runs it
(outbox/trying) and writes each step down as it happens.

    trial = trials.ask_mail(new_profile, to, asker)     or the moment when the next one may be asked
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from keyturn.lib import addresses, phones, rows, seal, text, wake
from keyturn.limits import counters
from keyturn.outbox import channels, gateways, posting, profiles
from keyturn.outbox.gateways import NewGateway
from keyturn.outbox.mail_services import Account
from keyturn.outbox.models import CellProvider, Trial
from keyturn.outbox.profiles import Described, NewProfile
from keyturn.outbox.render import Rendered
from keyturn.outbox.transports.connection import CONNECTED, GREETED, RECIPIENT, RESOLVED, SECURED, SENDER, SIGNED_IN
from keyturn.outbox.transports.server import NONE
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

ACCEPTED = "accepted"
KEPT = timedelta(days=1)
LONGEST_TEXT = 160  # one text message
TRIALS = counters.Limit("outbox.trials", 30, timedelta(minutes=10))  # by tenant; or the buttons would scan ports


class TrialRefused(ValueError):
    """A trial cannot begin. `field`, and `reason`: a word of lib.addresses, lib.phones or lib.text, or sms_cap."""

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class Asker:
    """Which operator wants to know, and when."""

    name: str
    now: datetime


def ask_mail(new: NewProfile, to: str, asker: Asker, *, kept: UUID | None = None) -> Trial | datetime:
    """Try a mail server or service; `kept` names the profile whose password counts where none is typed.

    Raises ProfileRefused or TrialRefused; gives the moment to come back at when there were too many.
    """
    described = profiles.checked(new)
    kind = "account" if isinstance(described, Account) else "server"
    told = {kind: asdict(described), "to": _email(to), "kept": str(kept or "")}
    return ask(Trial.MAIL, stages_of(described), told, asker)


def ask_provider(provider: CellProvider, number: str, message: str, asker: Asker) -> Trial | datetime:
    """Send a text message through a carrier's gateway, by the tenant's first mail server; raises TrialRefused."""
    told = {"provider": str(provider.pk), "to": _number(number), "text": _text(message)}
    stages = [RESOLVED, CONNECTED, GREETED, SENDER, RECIPIENT, ACCEPTED]  # the server's own are known to the worker
    return ask(Trial.PROVIDER, stages, told, asker)


def ask_gateway(new: NewGateway, number: str, message: str, asker: Asker) -> Trial | datetime:
    """Send a text message through the HTTP gateway; raises GatewayRefused or TrialRefused."""
    gateway = gateways.checked(new)
    told = {"gateway": asdict(gateway), "to": _number(number), "text": _text(message)}
    stages = [RESOLVED, CONNECTED, *([] if gateway.is_plain else [SECURED]), ACCEPTED]
    return ask(Trial.GATEWAY, stages, told, asker)


def ask_words(words: Rendered, channel: str, to: str, asker: Asker) -> Trial | datetime:
    """Send words with sample values in them, as messages of the organization go; raises TrialRefused."""
    is_sms = channel == channels.SMS
    told = {**asdict(words), "channel": channel, "to": _number(to) if is_sms else _email(to)}
    return ask(Trial.LAYOUT, [RESOLVED, CONNECTED, ACCEPTED], told, asker)  # the worker knows the other stages


def purge(now: datetime) -> int:
    """Forget trials of the current tenant after a day; returns how many."""
    return Trial.objects.filter(created_at__lt=now - KEPT).delete()[0]


def ask(kind: str, stages: list[str], told: dict, asker: Asker) -> Trial | datetime:
    """Write a trial of this kind down, sealed for the worker; the moment to come back at when there were too many."""
    tenant_id = str(scope.current_id())
    if until := counters.take(TRIALS, tenant_id, now=asker.now):
        return until
    with transaction.atomic():
        if _goes_by_sms(kind, told) and not posting.sms_place(asker.now):
            raise TrialRefused("sms_cap", "number")
        trial = Trial(id=uuid4(), kind=kind, stages=stages, asked_by=asker.name, created_at=asker.now)
        trial.due_at = asker.now
        told = {"subject": _("A test from Keyturn"), "text": _("This is a test. If you read it, it arrived."), **told}
        trial.sealed = seal.seal("settings", json.dumps(told).encode(), sealed_for(trial))
        rows.insert(trial)
        transaction.on_commit(wake.ring)
    return trial


def _goes_by_sms(kind: str, told: dict) -> bool:
    return kind in (Trial.PROVIDER, Trial.GATEWAY) or told.get("channel") == channels.SMS


def stages_of(server: Described) -> list[str]:
    """What there is to reach at a mail server or service, in order."""
    if isinstance(server, Account):
        return [RESOLVED, CONNECTED, SECURED, SIGNED_IN, SENDER, RECIPIENT, ACCEPTED]
    greeted = (
        [GREETED] if server.tls == NONE else [SECURED, GREETED] if server.tls == "implicit" else [GREETED, SECURED]
    )
    signed_in = [SIGNED_IN] if server.username else []
    return [RESOLVED, CONNECTED, *greeted, *signed_in, SENDER, RECIPIENT, ACCEPTED]


def sealed_for(trial: Trial) -> str:
    """The one place where what is tried opens: this tenant, this row."""
    return f"trial|{scope.current_id()}|{trial.id}"


def _email(raw: str) -> str:
    try:
        return addresses.parse(raw).raw
    except addresses.AddressRefused as problem:
        raise TrialRefused(problem.reason, "to") from problem


def _number(raw: str) -> str:
    region = Tenant.objects.values_list("phone_region", flat=True).get(pk=scope.current_id())
    try:
        return phones.parse(raw, region).e164
    except phones.PhoneRefused as problem:
        raise TrialRefused(problem.reason, "number") from problem


def _text(raw: str) -> str:
    try:
        return text.line(raw, at_most=LONGEST_TEXT)
    except text.TextRefused as problem:
        raise TrialRefused(problem.reason, "message") from problem
