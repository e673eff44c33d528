"""The people of these tests."""

from tests.access.people import mara, nils  # noqa: F401 -- fixtures
