"""A PIN lets somebody in: from the switch in the settings to the rights that a program reads, through a real browser,
a real worker and a real mail server, and by every door in every mode."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.chromium import opened
from tests.journeys import harbor
from tests.journeys.world import HARBOR


@pytest.fixture
def page(chromium, keyturn) -> Iterator[Page]:
    """Otto's browser at Harbor."""
    with opened(chromium, keyturn.url("", HARBOR), 1280, 900) as context:
        yield _complaining(context.new_page())


@pytest.fixture
def visitor(chromium, keyturn) -> Iterator[Page]:
    """Nina's browser, which has never been here."""
    with opened(chromium, keyturn.url("", HARBOR), 360, 740) as context:
        yield _complaining(context.new_page())


def _complaining(page: Page) -> Page:
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@pytest.mark.mission("M2.1", "M2.4", "M2.5", "M2.6", "M2.7", "M2.8", "M2.9", "M2.10", "M2.11", "M2.13")
def test_from_the_switch_in_the_settings_to_the_rights_of_a_new_user(page, visitor, keyturn):
    harbor.signs_in(page)
    reference = harbor.tries_every_mode(page, visitor, keyturn)
    harbor.reads_why(page, reference)
    harbor.imports_layouts(page)
    harbor.says_it_in_own_words(page)
    harbor.opens_a_location(page, keyturn)
    harbor.gives_a_pin(page)
    letter = harbor.mails_it(page, keyturn)
    harbor.signs_up(visitor, letter)
    harbor.chooses_an_own_password(visitor, keyturn)
    assert harbor.rights_of("nina", keyturn) == {
        "permissions": ["dispatch", "drive"],
        "profiles": ["dispatcher"],
        "company_exceptions": [{"company": "Night Vans", "effect": "deny"}],
    }
    harbor.sees_who_came(page)
    harbor.disables_them(page, keyturn)
    assert page.complaints + visitor.complaints == []
