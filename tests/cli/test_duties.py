"""What a worker does, all of it at once."""

from django.db import connection

from keyturn.cli import duties
from keyturn.lib import database_url

BESIDE = 4  # who keeps leases, who hears of bounces, and two to spare


def test_every_thread_of_a_worker_finds_a_connection(monkeypatch):
    """Each keeps its own on PostgreSQL: with one thread too many, some duty would wait for ever."""
    monkeypatch.setattr(connection, "vendor", "postgresql")
    threads = sum(duty.threads for duty in duties.chosen())
    assert threads + BESIDE <= database_url.MOST_CONNECTIONS
