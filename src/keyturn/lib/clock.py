"""The one clock. Every flow reads it once and hands the moment down; nothing below a flow asks the time."""

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """The database's time in UTC: machines that share a database share its clock, whatever their own says."""
    if connection.vendor != "postgresql":
        return datetime.now(UTC)  # an embedded database lives on this machine and has no other clock
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
