"""What the doctor looks at once database and keys are there. Each examination yields its findings."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Count, Min

from keyturn import checks
from keyturn.audit import chain, heads
from keyturn.lib import clock, origins
from keyturn.monitoring import hosts, rewrapping
from keyturn.monitoring.models import Mailbox
from keyturn.outbox import profiles
from keyturn.outbox.mail_services import SERVICES, Account
from keyturn.outbox.models import Message
from keyturn.outbox.profiles import Described, ProfileRefused
from keyturn.outbox.transports import asking
from keyturn.outbox.transports.base import TransportError
from keyturn.outbox.transports.connection import Connection
from keyturn.outbox.transports.server import Server
from keyturn.recovery.models import Intake
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from keyturn.tenants.scope import TenantModel

OK, WARN, BROKEN = "ok", "warn", "broken"
_SKEW_SEEN, _SKEW_HARMFUL = timedelta(seconds=2), timedelta(seconds=60)
_WAITED_TOO_LONG = timedelta(minutes=2)
_CHECKED_TOO_LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's."""

    state: str
    what: str
    sentence: str


def configuration() -> Iterator[Finding]:
    """Everything that keeps commands from starting, and what is allowed but not advised."""
    problems = checks.run()
    yield from (Finding(BROKEN if one.is_broken else WARN, "configuration", one.sentence) for one in problems)
    if not any(one.is_broken for one in problems):
        yield Finding(OK, "configuration", "nothing unsafe")


def durability() -> Iterator[Finding]:
    """How sure it is that what was answered is kept."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT journal_mode, synchronous FROM pragma_journal_mode, pragma_synchronous")
            journal, synchronous = cursor.fetchone()
            levels = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
            yield Finding(OK, "durability", f"SQLite journal {journal}, synchronous {levels.get(synchronous)}")
        else:
            cursor.execute("SELECT current_setting('synchronous_commit')")
            yield Finding(OK, "durability", f"PostgreSQL synchronous_commit {cursor.fetchone()[0]}")


def clocks() -> Iterator[Finding]:
    """The database's clock rules; this machine's is in the logs."""
    skew = abs(clock.now() - datetime.now(UTC))
    state = OK if skew < _SKEW_SEEN else WARN if skew < _SKEW_HARMFUL else BROKEN
    advice = "" if state == OK else "; let both machines follow a time server"
    yield Finding(state, "clocks", f"database and this machine differ by {skew.total_seconds():.1f} s{advice}")


def walls() -> Iterator[Finding]:
    """The role we run as, and row-level security on every table of a tenant."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            yield Finding(BROKEN, "roles", "this role passes row-level security; run: keyturn migrate")
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        walled = {row[0] for row in cursor.fetchall()}
    tables = {model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)}
    if open_tables := sorted(tables - walled):
        yield Finding(BROKEN, "walls", f"no row-level security on {', '.join(open_tables)}; run: keyturn migrate")
    else:
        yield Finding(OK, "walls", f"row-level security is forced on {len(tables)} tables")


def mail() -> Iterator[Finding]:
    """Connects and signs in to every mail server, knocks at every mail service, and sends nothing."""
    known: dict[Described, Finding] = {}
    for tenant in _tenants():
        with scope.inside(tenant.pk):
            try:
                servers = profiles.everywhere()
            except ProfileRefused as problem:
                yield Finding(BROKEN, "mail", f"KEYTURN_EMAIL_URL cannot be used: {problem.reason}")
                return
        if not servers:
            yield Finding(WARN, "mail", f"{tenant.slug} has no mail profile: messages wait; set KEYTURN_EMAIL_URL")
        for server in servers:
            if server not in known:
                known[server] = _try(server)
                yield known[server]


def waiting() -> Iterator[Finding]:
    """Messages and requests that wait; when they wait long, no worker does its work."""
    now = clock.now()
    for tenant in _tenants():
        with scope.inside(tenant.pk):
            held = Message.objects.filter(state__in=Message.WAITING).aggregate(Count("pk"), Min("created_at"))
        if held["pk__count"]:
            age = now - held["created_at__min"]
            state = WARN if age > _WAITED_TOO_LONG else OK
            yield Finding(
                state, "messages", f"{held['pk__count']} of {tenant.slug} wait, the oldest for {_words(age)}"
            )
    oldest = Intake.objects.filter(resolved_at=None).aggregate(Min("created_at"))["created_at__min"]
    if oldest and now - oldest > _WAITED_TOO_LONG:
        sentence = f"a request waits for {_words(now - oldest)}; run keyturn serve or keyturn worker"
        yield Finding(BROKEN, "worker", sentence)
    else:
        yield Finding(OK, "worker", "no request waits for long")


def mailboxes() -> Iterator[Finding]:
    """Mailboxes that wait for their check, hosts in trouble, and passwords that open with no key."""
    now = clock.now()
    for tenant in _tenants():
        with scope.inside(tenant.pk):
            due = Mailbox.objects.aggregate(many=Count("due_at"), first=Min("due_at"))
            faults = list(_faults_of_mailboxes(now - (due["first"] or now)))
        if due["many"] or faults:
            sentence = "; ".join((f"{due['many']} of {tenant.slug} are watched", *faults))
            yield Finding(WARN if faults else OK, "mailboxes", sentence)


def _faults_of_mailboxes(late: timedelta) -> Iterator[str]:
    if late > _CHECKED_TOO_LATE:
        yield f"the longest overdue for {_words(late)}: run keyturn worker, or one more of them"
    if held := sorted(hosts.held()):
        yield f"many fail together at {', '.join(held)}"
    if unopened := rewrapping.unopened():
        yield f"{unopened} passwords open with no key here: give them anew"


def audit() -> Iterator[Finding]:
    """Recomputes the hash chain of every tenant."""
    for tenant in _tenants():
        try:
            length = chain.verify(tenant.pk)
        except chain.ChainBroken as problem:
            yield Finding(BROKEN, "audit", f"{tenant.slug}: {problem}; compare with a backup")
        else:
            yield Finding(OK, "audit", f"{tenant.slug}: {length} events in an unbroken chain{_last_link(tenant)}")


def _last_link(tenant: Tenant) -> str:
    """Worth noting somewhere else: whoever rules this database and its keys cannot change the note."""
    with scope.inside(tenant.pk):
        head = heads.current()
    return f", the last link {head.link[:16]}" if head else ""


def _tenants() -> list[Tenant]:
    return list(Tenant.objects.filter(status=Tenant.ACTIVE).order_by("slug"))


def _try(described: Described) -> Finding:
    return _knock(described) if isinstance(described, Account) else _sign_in(described)


def _knock(account: Account) -> Finding:
    """A service says nothing of a key until a mail goes out; *Test settings* in the console sends one."""
    where = f"{account.name} ({SERVICES[account.service].label} at {account.host})"
    try:
        asking.reach(SERVICES[account.service].regions[account.region])
    except TransportError as problem:
        return Finding(BROKEN, "mail", f"{where} cannot be reached: {problem}")
    if not account.password:
        return Finding(BROKEN, "mail", f"{where} has no key that opens; paste it again")
    return Finding(OK, "mail", f"{where} answers")


def _sign_in(server: Server) -> Finding:
    where = f"{server.name} ({server.host}:{server.port}, tls={server.tls})"
    try:
        opened = Connection(server, origins.mail_domain(settings.KEYTURN_PUBLIC_URL))
    except TransportError as problem:
        return Finding(BROKEN, "mail", f"{where} cannot be used: {problem}")
    with suppress(Exception):
        opened.close()
    return Finding(OK, "mail", f"{where} answers{' and lets us sign in' if server.username else ''}")


def _words(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    configuration,
    durability,
    clocks,
    walls,
    mail,
    waiting,
    mailboxes,
    audit,
)
