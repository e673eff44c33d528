"""What stands in a tenant besides its people: origin, hosts, settings, mail profiles, providers, operators."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings as machine
from django.core.exceptions import ValidationError
from django.db import models
from phonenumbers import SUPPORTED_REGIONS

from keyturn.cli.world.fields import Fields, shown
from keyturn.cli.world.mail import each_once
from keyturn.cli.world.plans import OperatorPlan, Place, ProviderPlan
from keyturn.cli.world.texts import email_of, line_of, password_of, printable
from keyturn.lib import origins, patterns
from keyturn.operators.roles import Role
from keyturn.outbox.models import CellProvider
from keyturn.outbox.transports import carrier_gateway
from keyturn.tenants import names
from keyturn.tenants.models import Tenant

_NOT_A_SETTING = {"id", "slug", "name", "public_url", "logo", "logo_type", "settings_version"}
_COLUMNS = {column.name: column for column in Tenant._meta.concrete_fields if column.name not in _NOT_A_SETTING}
_BESIDE_SETTINGS = ("language", "support_contact", "status", "phone_region")  # may stand on the tenant itself


@dataclass(frozen=True)
class Frame:
    """A tenant without what is in it."""

    place: Place
    slug: str
    settings: dict[str, Any]
    hosts: tuple[str, ...]
    switches: Fields  # the mapping `settings`, in which mail_profiles may stand, too


def frame(fields: Fields) -> Frame:
    """Slug, name, hosts, origin and settings."""
    slug = fields.text("slug", required=True)
    if slug and not names.is_slug(slug):
        fields.complain("slug", f"is {shown(slug)}; write small letters, digits and hyphens, 50 at most")
    hosts, switches = _hosts(fields), fields.inner("settings")
    chosen = {"name": line_of(fields, "name", 100, required=True), "public_url": _public_url(fields, hosts)}
    for name in _BESIDE_SETTINGS:
        if name in fields:
            chosen[name] = _setting(fields, name)
    for name in switches.names():
        if name in _COLUMNS:
            chosen[name] = _setting(switches, name)
        elif name != "mail_profiles":
            switches.complain(name, "there is no such setting")
            switches.value(name)
    _complain_as_the_model_does(chosen, fields, switches)
    return Frame(Place(fields.node.line, fields.path), slug, chosen, hosts, switches)


def mail_holder(fields: Fields, switches: Fields) -> Fields:
    """Where mail profiles stand: on the tenant itself, or among its settings."""
    return switches if "mail_profiles" in switches else fields


def providers(fields: Fields) -> tuple[ProviderPlan, ...]:
    """The cell providers."""
    found = [_provider(one) for one in fields.each("cell_providers")]
    each_once([one.name for one in found], "cell_providers", fields)
    return tuple(found)


def operators(fields: Fields) -> tuple[OperatorPlan, ...]:
    """The operators."""
    found = [
        OperatorPlan(
            username=line_of(one, "username", 150, required=True),
            email=email_of(one, "email"),
            role=one.word("role", Role.values, default=Role.OWNER),
            default_location=line_of(one, "default_location", 100),
            password=password_of(one),
        )
        for one in fields.each("operators")
    ]
    usernames = [one.username for one in found]
    for place, name in enumerate(usernames):
        if name and name in usernames[:place]:
            fields.complain(f"operators[{place}].username", f"{shown(name)} stands here twice")
    return tuple(found)


def _hosts(fields: Fields) -> tuple[str, ...]:
    found = []
    for place, raw in enumerate(fields.texts("hosts")):
        try:
            host = names.host(raw)
        except names.NameRefused:
            fields.complain(f"hosts[{place}]", f"{shown(raw)} is no host name")
            continue
        if host not in found:
            found.append(host)
    if not found:
        fields.complain("hosts", "needs at least one host name")
    return tuple(found)


def _public_url(fields: Fields, hosts: tuple[str, ...]) -> str:
    url = fields.text("public_url", required=True)
    if not url:
        return ""
    origin = fields.checked("public_url", lambda: origins.parse(url, debug=machine.KEYTURN_DEBUG), "")
    if origin and origins.host_of(origin) not in hosts:
        fields.complain("public_url", f"its host {origins.host_of(origin)} is not one of this tenant's hosts")
    return origin


def _setting(fields: Fields, name: str) -> Any:
    column, value = _COLUMNS[name], fields.value(name)
    kind, words = _kind(column)
    if value is None and column.null:
        return None
    if type(value) is not kind or (kind is list and not all(type(word) is str for word in value)):
        fields.complain(name, f"must be {words}")
        return column.get_default()
    if name == "identifier_pattern":
        fields.checked(name, lambda: _pattern(value))
    if name == "phone_region" and value not in SUPPORTED_REGIONS:
        fields.complain(name, f"is {shown(value)}; write a country in two capitals, like US")
    return printable(fields, name, value) if kind is str else value


def _kind(column: models.Field) -> tuple[type, str]:
    if isinstance(column, models.BooleanField):
        return bool, "true or false"
    if isinstance(column, models.IntegerField):
        return int, "a whole number"
    return (list, "a list of words") if isinstance(column, models.JSONField) else (str, "text")


def _pattern(value: str) -> None:
    try:
        patterns.check(value)
    except patterns.PatternRefused as problem:
        raise ValueError(f"is no regular expression that RE2 reads: {problem}") from None


def _complain_as_the_model_does(chosen: dict[str, Any], fields: Fields, switches: Fields) -> None:
    """Lengths, choices, least and most: as the console will judge them."""
    unsaid = [column.name for column in Tenant._meta.concrete_fields if column.name not in chosen]
    try:
        Tenant(**chosen).clean_fields(exclude=[*unsaid, "name", "public_url"])
    except ValidationError as problem:
        for name, messages in problem.message_dict.items():
            (switches if name in switches else fields).complain(name, " ".join(messages))


def _provider(fields: Fields) -> ProviderPlan:
    domain = line_of(fields, "sms_domain", 253, required=True).lower()
    if domain and not names.is_host(domain):
        fields.complain("sms_domain", f"{shown(domain)} is no domain")
    ends_on = fields.text("ends_on")
    number_format = line_of(fields, "number_format", 60) or CellProvider.TEN_DIGIT
    fields.checked("number_format", lambda: carrier_gateway.pattern_of(number_format))
    return ProviderPlan(
        name=line_of(fields, "name", 100, required=True),
        sms_domain=domain,
        number_format=number_format,
        ends_on=fields.checked("ends_on", lambda: date.fromisoformat(ends_on)) if ends_on else None,
    )
