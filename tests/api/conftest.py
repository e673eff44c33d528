from tests.access.people import mara, nils  # noqa: F401
