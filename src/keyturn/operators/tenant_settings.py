"""Changing what a tenant has decided: one flow for every setting, with the audit of what was and what is.

A form carries the number of the settings that it was made from. Of two who save, exactly one does; the other is told
what changed meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from keyturn.audit import events
from keyturn.audit.models import Event
from keyturn.lib import edits
from keyturn.lib.edits import Changes, EditLost, Seen
from keyturn.tenants import checking, finding, scope, tabs
from keyturn.tenants.checking import SettingRefused
from keyturn.tenants.models import Tenant

LOGO = "image/png"
_MOST_TOLD = 20  # savings that somebody who was overtaken is told of


@dataclass(frozen=True)
class By:
    """Who changes settings, when, and from which version of them."""

    actor: str
    now: datetime
    version: int


def change(wanted: Mapping[str, Any], by: By) -> Changes:
    """Save settings of the tenant we are in; raises SettingRefused or EditLost."""
    return _save(weighed(wanted), by)


def weighed(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they would be kept, each and all together possible; raises SettingRefused."""
    if unknown := wanted.keys() - tabs.SETTINGS.keys():
        raise KeyError(f"no settings: {sorted(unknown)}")
    kept = {name: checking.checked(name, value) for name, value in wanted.items()}
    tenant = finding.by_id(scope.current_id())
    checking.refuse_contradictions({name: getattr(tenant, name) for name in tabs.SETTINGS} | kept)
    return kept


def change_logo(picture: bytes | None, by: By) -> Changes:
    """Show this picture (a cleaned PNG), or none; raises EditLost."""
    return _save({"logo": picture, "logo_type": LOGO if picture else ""}, by)


def changed_since(version: int) -> dict[str, tuple[Any, Any]]:
    """What others saved after this version, by setting: what stood there, what stands there now."""
    saved = Event.objects.filter(subject=_subject(), action="settings.changed").order_by("-at")[:_MOST_TOLD]
    told: dict[str, tuple[Any, Any]] = {}
    for event in saved:  # the latest first
        later = event.data["changed"] if event.data["version"] > version else {}
        for name, (before, after) in ((name, pair) for name, pair in later.items() if isinstance(pair, list)):
            told[name] = (before, told[name][1] if name in told else after)
    return told


@transaction.atomic
def _save(wanted: Mapping[str, Any], by: By) -> Changes:
    tenant: Tenant = finding.by_id(scope.current_id())
    changes = edits.save(Seen(tenant, by.version), wanted, counted_by="settings_version")
    if changes:
        told, version = edits.told(changes), tenant.settings_version
        events.record(
            "settings.changed", at=by.now, actor=by.actor, subject=_subject(), changed=told, version=version
        )
    return changes


def _subject() -> str:
    return f"tenant:{scope.current_id()}"


__all__ = ["By", "EditLost", "SettingRefused", "change", "change_logo", "changed_since", "weighed"]
