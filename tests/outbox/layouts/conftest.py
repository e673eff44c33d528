"""Layouts that the tests of this room share."""

import pytest

from keyturn.outbox.layouts import saving, variables
from keyturn.outbox.layouts.core.words import Words
from keyturn.outbox.layouts.saving import Draft, Saved

LINK_TEXT = "Hello !PERSON_NAME!\n\n!LINK!\n\n!CODE!\n"
LINK_WORDS = Words("!TENANT!: your link", LINK_TEXT)
OTTO = "operator:otto"


@pytest.fixture
def yard(in_movers):
    """Movers, with an environment name."""
    in_movers.environment_name = "The Yard"
    in_movers.save()
    return in_movers


@pytest.fixture
def layout(in_movers, now):
    """A layout for the mail with link and code, without words yet."""
    return saving.create("Our link", "PASSWORD_EMAIL_CHANGE", now, actor=OTTO)


@pytest.fixture
def write(now):
    """Saves words, and insists that they are taken."""

    def saved(layout, words=LINK_WORDS, language="en", version=0):
        answer = saving.save(Draft(layout, language, words, version), now, actor=OTTO, confirmed=True)
        assert isinstance(answer, Saved), answer
        return answer.text

    return saved


@pytest.fixture
def used(layout, now, write):
    """Our words, in use for the mail with link and code."""

    def use(words=LINK_WORDS, language="en", version=0):
        text = write(layout, words, language, version)
        variables.point("PASSWORD_EMAIL_CHANGE", layout.name, now, actor=OTTO)
        return text

    return use
