"""Notification rules: what the tenant wants somebody told of, and by which channel (M1.6).

is_on(EMAIL_ON_WRONG)             asked before a notice is queued
save({EMAIL_ON_WRONG: False}, …)  from the console
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.audit import events
from keyturn.monitoring.models import NotificationRule

EMAIL_ON_WRONG, SMS_ON_WRONG = "email_on_wrong_mailbox_password", "sms_on_wrong_mailbox_password"


@dataclass(frozen=True)
class Rule:
    """One rule. `is_on` holds as long as nobody has set it."""

    name: str
    label: Promise
    about: Promise
    is_on: bool = True


RULES = (
    Rule(
        EMAIL_ON_WRONG,
        _("Email when wrong email account credentials detected"),
        _("To an address of the owner's that is not the mailbox itself, once, and again each week at most."),
    ),
    Rule(
        SMS_ON_WRONG,
        _("SMS when wrong email account credentials detected"),
        _("To the owner's number for text messages, once, where the organization sends any."),
    ),
)


def read() -> dict[str, bool]:
    """Every rule by its name, and whether it is on."""
    kept = dict(NotificationRule.objects.values_list("name", "is_enabled"))
    return {rule.name: kept.get(rule.name, rule.is_on) for rule in RULES}


def is_on(name: str) -> bool:
    """Whether this rule is on."""
    return read()[name]


@transaction.atomic
def save(wanted: Mapping[str, bool], now: datetime, *, actor: str) -> dict[str, bool]:
    """Set rules; returns those that were otherwise before."""
    before = read()
    changed = {name: is_enabled for name, is_enabled in wanted.items() if before[name] != is_enabled}
    for name, is_enabled in changed.items():
        NotificationRule.objects.update_or_create(name=name, defaults={"is_enabled": is_enabled})
    if changed:
        events.record("notification_rules.changed", at=now, actor=actor, changed=changed)
    return changed
