"""Fixtures of every area's journeys through the console."""

from tests.chromium import chromium, page  # noqa: F401 -- fixtures
from tests.console.chromium import context, site  # noqa: F401 -- fixtures
