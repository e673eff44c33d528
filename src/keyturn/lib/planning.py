"""Keeping the database's idea of its tables true after many rows came at once."""

from django.db import connection


def refresh() -> None:
    """Have PostgreSQL count anew. Until then it plans for empty tables, and a sign-in walks through everybody.

    Its own daemon would do it within some minutes. SQLite plans by its indexes and needs nothing. The owner of the
    tables alone may have them counted, so the role that the programs lower themselves to is put off meanwhile.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE NONE")
            try:
                cursor.execute("ANALYZE")
            finally:
                cursor.execute("RESET ROLE")
