"""Channels: what the person sees arriving, an email or an SMS, and whether one can go by SMS at all."""

from datetime import date
from typing import Any

from keyturn.outbox import gateways
from keyturn.outbox.models import CellProvider, SmsGateway

EMAIL, SMS = "email", "sms"


def channel_of(address: Any) -> str:
    """The channel that reaches an address (a people.Address): email, or sms for a phone number of any type."""
    return SMS if address.kind == "phone" else EMAIL


def sms_gateway_of(person: Any, today: date) -> CellProvider | SmsGateway | None:
    """What takes text messages for this person: their carrier's gateway, or the tenant's own; None when nothing does.

    `today` is the flow's own `now.date()`. One statement at most, where `person` was loaded with its `cell_provider`.
    """
    return carrier_of(person, today) or gateways.enabled()


def carrier_of(person: Any, today: date) -> CellProvider | None:
    """The carrier's gateway of this person, while it works."""
    provider = person.cell_provider
    return provider if provider and works(provider, today) else None


def works(provider: CellProvider, today: date) -> bool:
    """Whether the gateway still takes messages: the day it ends on is its last."""
    return provider.ends_on is None or today <= provider.ends_on
