"""Otto's browser, and Movers whose default layouts were imported."""

import pytest
from django.test import Client

from keyturn.operators.roles import Role
from keyturn.outbox.layouts import importing
from keyturn.outbox.layouts.models import LayoutText
from keyturn.outbox.layouts.variables import VARIABLES
from keyturn.tenants.models import Tenant
from tests.console.staff import operator, sign_in
from tests.recovery.conftest import account, mara  # noqa: F401 -- fixtures


@pytest.fixture
def otto(in_movers) -> Client:
    """An administrator."""
    return sign_in(operator(in_movers, "otto", Role.ADMINISTRATOR, "otto@movers.example"))


@pytest.fixture
def auditor(in_movers) -> Client:
    """Sees everything, changes nothing."""
    return sign_in(operator(in_movers, "ada", Role.AUDITOR))


@pytest.fixture
def imported(in_movers, now) -> Tenant:
    """Movers with a layout for every variable, in both languages."""
    in_movers.environment_name = "Depot"
    in_movers.save()
    importing.import_defaults(now, actor="operator:otto")
    return in_movers


def words(variable: str, language: str = "en") -> LayoutText:
    """What is kept for the layout that was imported for a variable."""
    named = VARIABLES[variable]
    kind = {"layout__purpose": named.purpose, "layout__channel": named.channel}
    return LayoutText.objects.select_related("layout").get(language=language, **kind)


def builder(text: LayoutText, rest: str = "") -> str:
    """The address of its page."""
    return f"/console/settings/layouts/{text.layout_id}/{text.language}{rest}"


def typed(text: LayoutText, /, **changes: str) -> dict[str, str]:
    """What a browser sends of a builder in which only this was changed."""
    kept = {"version": str(text.version), "subject": text.subject, "text": text.text, "html": text.html}
    return kept | {"who": "", "person": ""} | changes
