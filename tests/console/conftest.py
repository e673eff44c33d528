"""Fixtures of every area's journeys through the console."""

from tests.console.chromium import chromium, context, page, site  # noqa: F401 -- fixtures
