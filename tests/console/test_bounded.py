"""A page of the console reads a few rows, however many the tenant has, even by a plan that was made for any values.

PostgreSQL plans a prepared statement once for every tenant and every filter. What looks cheap for most values may
then read a whole tenant for one: these are the statements that did, measured with benchmarks.console.
"""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from psycopg import ClientCursor

from keyturn.audit import queries
from keyturn.audit.models import Event
from keyturn.audit.queries import Wanted
from keyturn.outbox import deliveries
from keyturn.outbox.models import Message
from keyturn.people import search
from keyturn.people.models import Person, SearchTerm
from keyturn.recovery import log
from keyturn.recovery.models import Recovery

MANY, FEW = 1500, 400
pytestmark = pytest.mark.postgresql


@pytest.fixture
def crowded(in_movers, now):
    """A tenant in which a lot happened, most of it done by the worker, to people who are all called Mara."""
    people = [
        Person(identifier=str(n), identifier_key=str(n), name="Mara", created_at=now, id=uuid4()) for n in range(MANY)
    ]
    Person.objects.bulk_create(people)
    words = [b"wmara lind%04d" % n for n in range(MANY)], [b"wlind%04d mara" % n for n in range(MANY)]
    for terms in words:
        SearchTerm.objects.bulk_create(
            SearchTerm(person=one, term=term) for one, term in zip(people, terms, strict=True)
        )
    times = [now - timedelta(minutes=n) for n in range(MANY)]
    told = {"purpose": "recovery_link", "channel": "email", "language": "en", "deadline": now, "header_id": "<a@b>"}
    for state in (Message.SENT, Message.DELIVERED):
        Message.objects.bulk_create(Message(state=state, created_at=at, ended_at=at, **told) for at in times)
    asked = {"reference": "7K3M-0QZP", "method": "link", "door": "portal"}
    Recovery.objects.bulk_create(Recovery(state=Recovery.COMPLETED, created_at=at, **asked) for at in times)
    Recovery.objects.create(state=Recovery.REFUSED, reason="no_email", created_at=now, **asked)
    for n, at in enumerate(times):
        times[n] = at, f"person:{people[n].pk}"
    Event.objects.bulk_create(Event(action="session.opened", actor=who, at=at, subject=who) for at, who in times)
    done = {"action": "message.bounced", "actor": "worker", "subject": f"person:{people[0].pk}"}
    Event.objects.bulk_create(Event(at=at, **done) for at, _who in times)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return people


def first_page(wanted):
    return list(queries.matching(wanted).order_by("-at", "-id")[:51])


LOOKS = {
    "who waits longest": lambda people: deliveries.oldest_waiting(),
    "refused today": lambda people: log.refused_since(deliveries.begin_of(people[0].created_at.date())),
    "two words of a search": lambda people: search.find("ma lind0007"),
    "the audit of one actor": lambda people: first_page(Wanted(actor="worker")),
    "the audit of one action": lambda people: first_page(Wanted(action="message.bounced")),
    "the audit of one person": lambda people: first_page(Wanted(subject=f"person:{people[0].pk}")),
}


def test_few_rows_are_read(crowded):
    read = {what: rows_read(lambda look=look: look(crowded)) for what, look in LOOKS.items()}
    assert all(many < FEW for many in read.values()), read


def test_the_count_sees_a_tenant_that_is_read_through(crowded):
    """The control: nothing leads to these."""
    assert rows_read(lambda: Event.objects.filter(reason="unheard_of").exists()) >= MANY


def rows_read(look):
    """Of the statement that reads most: the rows that its scans touch, by the plan that serves all values."""
    asked = []

    def keep(execute, sql, params, many, context):
        asked.append((sql, params or ()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        look()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        return max(_read(plan) for plan in map(_plan, *zip(*asked, strict=True)))


def _plan(sql, params):
    for number in range(len(params)):
        sql = sql.replace("%s", f"${number + 1}", 1)
    values = f"({', '.join(['%s'] * len(params))})" if params else ""
    with ClientCursor(connection.connection) as cursor:
        cursor.execute(f"PREPARE looked_at AS {sql}")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE looked_at{values}", params)
        told = cursor.fetchone()[0]
        cursor.execute("DEALLOCATE looked_at")
    return (told if isinstance(told, list) else json.loads(told))[0]["Plan"]


def _read(node):
    here = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) if "Scan" in node["Node Type"] else 0
    return here * node["Actual Loops"] + sum(_read(child) for child in node.get("Plans", ()))
