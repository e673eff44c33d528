"""Fixtures of every area's journeys through the console."""

from tests.console.chromium import context, site  # noqa: F401 -- fixtures
