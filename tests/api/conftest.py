"""The people of these tests, and the app they use."""

import pytest

from tests.access.people import mara, nils  # noqa: F401 -- fixtures
from tests.api.caller import App


@pytest.fixture
def app(movers) -> App:
    return App()
