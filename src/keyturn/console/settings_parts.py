"""What stands on a settings tab beside the settings themselves: lists of servers, locations, providers, keys."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from keyturn.console import layout_parts, mail_form, rights_page
from keyturn.lib import clock
from keyturn.monitoring import switches, webhooks
from keyturn.operators import api_keys
from keyturn.outbox import channels, gateways, locations
from keyturn.outbox.models import CellProvider, MailProfile
from keyturn.passwords import meter
from keyturn.passwords.core import presets
from keyturn.people import established
from keyturn.people.rights import catalogue
from keyturn.people.rights.models import Permission, Profile
from keyturn.tenants.models import Tenant

Part = Callable[[HttpRequest, Tenant], dict[str, Any]]
_SHOWN = 100
_CALLS = 10  # the last ones of the webhook


def _passwords(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    requirements = presets.requirements(tenant.password_preset, tenant.password_min_length)
    return {"requirements": meter.wanted(requirements)}


def _mail(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    profiles = MailProfile.objects.filter(location=None).order_by("position", "name")
    return {"profiles": mail_form.listed(profiles), "installation_sends": bool(settings.KEYTURN_EMAIL_URL)}


def _locations(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    return {"locations": list(locations.listed())}


def _sms(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    today = clock.now().date()
    rows = list(CellProvider.objects.order_by("name")[: _SHOWN * 2])
    return {
        "providers": [{"row": row, "works": channels.works(row, today)} for row in rows],
        "gateway": gateways.current(),
    }


def _addresses(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    return {"established": established.look(), "public_url": tenant.public_url}


def _looks(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    return {"has_logo": bool(tenant.logo), "settings_version": tenant.settings_version}


def _api_keys(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    now = clock.now()
    rows = api_keys.of_tenant()[:_SHOWN]
    return {
        "keys": [
            {
                "row": row,
                "is_living": api_keys.is_living(row, now),
                "scopes": [words for scope, words in api_keys.SCOPES.items() if scope in row.scopes],
            }
            for row in rows
        ]
    }


def _rights(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    known = catalogue.read()
    return {
        "permissions": [rights_page.line(row) for row in Permission.objects.all()],
        "profiles": [rights_page.profile_line(row, known) for row in Profile.objects.all()],
        "kinds": rights_page.reserved(),
        "may_change": request.operator.has_perm(rights_page.CHANGE),
    }


def _mailboxes(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    return {"hook": webhooks.current(), "calls": webhooks.latest(_CALLS)}


def _rules(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    is_on = switches.read()
    return {"rules": [{"rule": rule, "is_on": is_on[rule.name]} for rule in switches.RULES]}


PARTS: dict[str, Part] = {
    "mailboxes": _mailboxes,
    "notification-rules": _rules,
    "rights": _rights,
    "passwords": _passwords,
    "mail": _mail,
    "locations": _locations,
    "sms": _sms,
    "addresses": _addresses,
    "looks": _looks,
    "layouts": layout_parts.layouts,
    "variables": layout_parts.variables_of,
    "api-keys": _api_keys,
}
