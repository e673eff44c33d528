"""Whatever belongs to Movers is missing for an operator of Labs, at every address of the console, in every method."""

import re
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern

from keyturn.console import urls as addresses
from keyturn.directories.models import TemporaryPassword
from keyturn.enrollment.models import Pin, PinMailing, SignUp
from keyturn.monitoring.models import Mailbox
from keyturn.operators.factors.models import Passkey
from keyturn.operators.models import ApiKey, Operator, OperatorSession
from keyturn.operators.roles import Role
from keyturn.outbox.layouts.models import StoredLayout
from keyturn.outbox.models import CellProvider, Location, MailProfile, Message, Trial
from keyturn.people.models import Import, Permission, Person, Profile
from keyturn.recovery.models import Approval, CallerCheck, Preview, Recovery, Ticket
from keyturn.tenants import scope
from tests.console.staff import operator, sign_in
from tests.console.test_guard import OPEN, routes

# What a name in an address stands for. A new one belongs here, or the walk says so.
OBJECTS = {
    "operator_id": Operator,
    "profile_id": MailProfile,
    "location_id": Location,
    "provider_id": CellProvider,
    "trial_id": Trial,
    "key_id": ApiKey,
    "person_id": Person,
    "permission_id": Permission,
    "bundle_id": Profile,
    "ticket_id": Ticket,
    "row_id": TemporaryPassword,
    "check_id": CallerCheck,
    "approval_id": Approval,
    "passkey_id": Passkey,
    "session_id": OperatorSession,
    "message_id": Message,
    "import_id": Import,
    "typed": Recovery,
    "shown": SignUp,
    "pin_id": Pin,
    "mailing_id": PinMailing,
    "preview_id": Preview,
    "layout_id": StoredLayout,
    "mailbox_id": Mailbox,
}
WORDS = {  # parts of an address that name no object
    "way": "reset",
    "name": "deactivate",
    "language": "en",
    "variable": "PINCODE_EMAIL_BODY",
    "wanted": "1",
}
BY_REFERENCE = {"typed", "shown"}
_numbers = count(1)


def walked() -> list[URLPattern]:
    """Every address that names something of a tenant's."""
    named = [one for one in routes(addresses.urlpatterns) if one.name not in OPEN and "<" in str(one.pattern)]
    return [one for one in named if one.callback.permission != "installation" and set(_parts(one)) - set(WORDS)]


def _parts(route: URLPattern) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", str(route.pattern))


def made(model: type[models.Model], tenant, now, **given) -> models.Model:
    """A row with something in every column that needs it."""
    columns = {}
    for column in model._meta.concrete_fields:
        if column.name in given:
            columns[column.name] = given[column.name]
        elif column.name == "tenant":
            columns["tenant"] = tenant
        elif isinstance(column, models.ForeignKey):
            if not column.null:
                columns[column.name] = made(column.related_model, tenant, now)
        elif not column.null and not column.has_default() and not column.blank and not column.primary_key:
            columns[column.name] = _something(column, now)
    return model._base_manager.create(**columns) if hasattr(model, "tenant") else model.objects.create(**columns)


def _something(column: models.Field, now):
    if isinstance(column, models.DateTimeField):
        return now
    if isinstance(column, models.UUIDField):
        return uuid4()
    if isinstance(column, models.IntegerField):
        return 1
    if isinstance(column, models.BooleanField):
        return False
    if isinstance(column, models.BinaryField):
        return b"x"
    return f"x{next(_numbers)}"[-(column.max_length or 99) :]


@pytest.fixture
def belongings(in_movers, now) -> dict[str, object]:
    """One of each of Movers' things, by the name that addresses give it."""
    rows = {name: made(model, in_movers, now) for name, model in OBJECTS.items()}
    return {name: row.reference if name in BY_REFERENCE else row.pk for name, row in rows.items()}


@pytest.fixture
def lena(labs) -> Client:
    """The browser of the owner of Labs."""
    with scope.inside(labs.id):
        return sign_in(operator(labs, "lena", Role.OWNER, "lena@labs.example"))


def answer(browser: Client, method: str, route: URLPattern, values: dict) -> tuple[int, str]:
    """Status and words, without what is different in every answer anyway."""
    parts = {name: str(values.get(name, WORDS.get(name, ""))) for name in _parts(route)}
    path = "/console/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: parts[part[1]], str(route.pattern))
    got = getattr(browser, method)(path)
    words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|name="next" value="[^"]*"', "", got.content.decode())
    for value in parts.values():
        words = words.replace(f"/{value}", "/…")
    return got.status_code, words


def everything() -> dict[str, list]:
    """All that Movers has, to see that nothing of it was touched."""
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in OBJECTS.values()}


def nothing() -> dict[str, object]:
    """Values that name nothing at all."""
    values: dict[str, object] = dict.fromkeys(BY_REFERENCE, "ZZZZ-ZZZZ")
    for name in OBJECTS.keys() - values.keys():
        values[name] = 999_999 if isinstance(OBJECTS[name]._meta.pk, models.IntegerField) else UUID(int=7)
    return values


def test_every_name_in_an_address_is_known():
    unknown = {name for route in walked() for name in _parts(route)} - set(OBJECTS) - set(WORDS)
    assert unknown == set()


@pytest.mark.parametrize("route", walked(), ids=lambda route: route.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_another_tenants_is_missing_like_anything_that_is_not(belongings, lena, route, method):
    before = everything()
    foreign, missing = (answer(lena, method, route, values) for values in (belongings, nothing()))
    assert foreign == missing
    assert everything() == before


def test_the_walk_would_notice_a_wall_that_fell(belongings, lena, movers, monkeypatch):
    """Without the manager's filter a person of Movers answers to Labs; on PostgreSQL a second wall still stands."""
    from keyturn.tenants.scope import TenantManager

    monkeypatch.setattr(TenantManager, "get_queryset", models.Manager.get_queryset)
    page = next(route for route in walked() if route.name == "console_helpdesk_account")
    assert answer(lena, "get", page, belongings)[0] == (404 if connection.vendor == "postgresql" else 200)
