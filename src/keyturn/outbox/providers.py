"""Cell providers as operators edit them: carriers' email-to-SMS gateways, their number formats, the day they end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from keyturn.audit import events
from keyturn.lib import edits, text
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox.models import CellProvider
from keyturn.outbox.transports import carrier_gateway

MOST = 200  # of one tenant
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class ProviderRefused(ValueError):
    """A provider cannot be put on record. `field` names what is wrong, `reason` is a stable word:

    empty, too_long, control_character, not_unicode, not_a_domain, not_a_format, taken, too_many
    """

    def __init__(self, reason: str, field: str):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class NewProvider:
    """A provider as somebody describes it."""

    name: str
    sms_domain: str
    number_format: str = CellProvider.TEN_DIGIT
    ends_on: date | None = None


def add(new: NewProvider, now: datetime, *, actor: str) -> CellProvider:
    """Put a provider on record; raises ProviderRefused."""
    columns = asdict(checked(new))
    if CellProvider.objects.count() >= MOST:
        raise ProviderRefused("too_many", "name")
    with _refusing_the_same_name():
        provider = CellProvider.objects.create(**columns)
        events.record("cell_provider.saved", at=now, actor=actor, name=provider.name)
    return provider


def change(seen: Seen, new: NewProvider, now: datetime, *, actor: str) -> CellProvider:
    """Change one; raises ProviderRefused or EditLost."""
    provider, wanted = seen.row, asdict(checked(new))
    with _refusing_the_same_name():
        if changes := edits.save(seen, wanted):
            told: dict[str, Any] = edits.told(changes)
            events.record("cell_provider.saved", at=now, actor=actor, name=provider.name, changed=told)
    return provider


@transaction.atomic
def remove(seen: Seen, now: datetime, *, actor: str) -> None:
    """Take one away; people who had it have none then. Raises EditLost."""
    provider = seen.row
    mine = CellProvider.objects.filter(pk=provider.pk, version=seen.version)
    if not mine.exists():
        raise EditLost
    mine.delete()
    events.record("cell_provider.removed", at=now, actor=actor, name=provider.name)


def checked(new: NewProvider) -> NewProvider:
    """A description in the form in which it is kept; raises ProviderRefused."""
    domain = _line(new.sms_domain, "sms_domain", 253).lower()
    if not _DOMAIN.fullmatch(domain):
        raise ProviderRefused("not_a_domain", "sms_domain")
    number_format = _line(new.number_format, "number_format", 60)
    try:
        carrier_gateway.pattern_of(number_format)
    except carrier_gateway.PatternRefused as problem:
        raise ProviderRefused("not_a_format", "number_format") from problem
    return NewProvider(_line(new.name, "name", 100), domain, number_format, new.ends_on)


def _line(raw: str, field: str, at_most: int) -> str:
    try:
        return text.line(raw, at_most=at_most)
    except text.TextRefused as problem:
        raise ProviderRefused(problem.reason, field) from problem


@contextmanager
def _refusing_the_same_name() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise ProviderRefused("taken", "name") from None
