"""Mara as the pages meet her, and a browser without script: Django's client, which keeps cookies."""

import pytest
from django.test import Client

from tests.portal.pages import Visitor
from tests.recovery.conftest import account, mara  # noqa: F401 -- fixtures


@pytest.fixture
def visitor(in_movers) -> Visitor:
    """Somebody who has never been here."""
    return Visitor(Client(HTTP_HOST="testserver"))


@pytest.fixture
def strict(in_movers) -> Visitor:
    """A browser whose forms are checked for coming from our own pages."""
    return Visitor(Client(enforce_csrf_checks=True, HTTP_HOST="testserver"))
