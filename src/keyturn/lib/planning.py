"""Keeping the database's idea of its tables true after many rows came at once."""

from django.db import connection


def refresh() -> None:
    """Have PostgreSQL count anew. Until then it plans for empty tables, and a sign-in walks through everybody.

    Its own daemon would do it within some minutes. SQLite plans by its indexes and needs nothing.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
