"""Refuses unsafe configuration: every check is a function, and each problem a sentence that says what to do.

A broken one keeps every command from starting; a warning is told by `keyturn doctor`.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from keyturn.lib import addresses, keys, origins, patterns
from keyturn.lib import hashing as argon2
from keyturn.lib.addresses import AddressRefused
from keyturn.outbox import profiles
from keyturn.outbox.bounces import return_path
from keyturn.tenants.models import Tenant

WEAKEST_ARGON2 = (2, 19456, 1)  # OWASP's minimum for Argon2id
_WAL_RESET_MENDED = (3, 51, 3)
_OLDEST_POSTGRESQL = 150000


@dataclass(frozen=True)
class Problem:
    """What is wrong and what to do about it. One that is not broken is a warning."""

    sentence: str
    is_broken: bool = True


def run() -> list[Problem]:
    """Every problem of this installation's configuration; the database must answer and be migrated."""
    return [problem for check in CHECKS for problem in check()]


def public_url() -> Iterator[Problem]:
    """The installation's own address."""
    try:
        origins.parse(settings.KEYTURN_PUBLIC_URL, debug=settings.KEYTURN_DEBUG)
    except origins.OriginRefused as problem:
        yield Problem(f"KEYTURN_PUBLIC_URL: {problem}")
    if settings.KEYTURN_DEBUG:
        yield Problem("KEYTURN_DEBUG is 1: plain HTTP is allowed anywhere; not for real people", is_broken=False)


def email_url() -> Iterator[Problem]:
    """The installation's mail profile."""
    if not settings.KEYTURN_EMAIL_URL:
        return
    try:
        profiles.from_url(settings.KEYTURN_EMAIL_URL)
    except profiles.ProfileRefused as problem:
        yield Problem(
            f"KEYTURN_EMAIL_URL cannot be used ({problem}); write"
            " smtp://USER:PASSWORD@HOST:PORT?tls=starttls (or implicit; none only without a password)"
        )


def bounce_address() -> Iterator[Problem]:
    """Where reports come back to: an address short enough to carry a signature, and somebody who listens."""
    if not settings.KEYTURN_BOUNCE_ADDRESS:
        if settings.KEYTURN_BOUNCE_LISTEN:
            yield Problem("KEYTURN_BOUNCE_LISTEN is set without KEYTURN_BOUNCE_ADDRESS; nobody would write there")
        return
    try:
        local = addresses.parse(settings.KEYTURN_BOUNCE_ADDRESS).raw.rpartition("@")[0]
    except AddressRefused as problem:
        yield Problem(f"KEYTURN_BOUNCE_ADDRESS is no email address ({problem.reason})")
        return
    if not local.isascii() or len(local) > return_path.LONGEST_LOCAL:
        yield Problem(f"KEYTURN_BOUNCE_ADDRESS: at most {return_path.LONGEST_LOCAL} plain signs before the @")


def tenants() -> Iterator[Problem]:
    """Every tenant needs an origin for its links, and a host name under which that is answered."""
    for tenant in Tenant.objects.filter(status=Tenant.ACTIVE).prefetch_related("hosts"):
        try:
            origin = origins.parse(tenant.public_url, debug=settings.KEYTURN_DEBUG)
        except origins.OriginRefused as problem:
            yield Problem(f"public_url of {tenant.slug}: {problem}, then run: keyturn load")
            continue
        if origins.host_of(origin) not in {host.host for host in tenant.hosts.all()}:
            yield Problem(f"public_url of {tenant.slug} is not one of its hosts; mend the world file and load it")


def identifier_patterns() -> Iterator[Problem]:
    """Patterns of user names from before they were read by RE2."""
    for slug, pattern in Tenant.objects.exclude(identifier_pattern="").values_list("slug", "identifier_pattern"):
        try:
            patterns.check(pattern)
        except patterns.PatternRefused as problem:
            sentence = f"identifier_pattern of {slug} is not used: RE2 cannot read it ({problem}); change it"
            yield Problem(sentence, is_broken=False)


def durability() -> Iterator[Problem]:
    """What was answered with 202 must be on the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            if cursor.fetchone()[0] < 2:
                yield Problem("SQLite's synchronous is not FULL; use Keyturn's own settings of the database")
            return
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
        synchronous_commit, fsync = cursor.fetchone()
    if synchronous_commit == "off":
        yield Problem("PostgreSQL's synchronous_commit is off, so what was promised may be lost; set it to on")
    if fsync == "off":
        yield Problem("PostgreSQL's fsync is off: a power failure loses the database; set it to on", is_broken=False)


def database_version() -> Iterator[Problem]:
    """Versions with known trouble."""
    if connection.vendor == "sqlite":
        if sqlite3.sqlite_version_info < _WAL_RESET_MENDED:
            yield Problem(
                f"SQLite {sqlite3.sqlite_version} has a rare bug in resetting its log (mended in 3.51.3); back up"
                " with `keyturn backup`, or use PostgreSQL",
                is_broken=False,
            )
    elif (version := connection.pg_version) < _OLDEST_POSTGRESQL:
        yield Problem(f"PostgreSQL {version // 10000} is older than 15; update it")


def key_files() -> Iterator[Problem]:
    """The folder of the keys; the files themselves are checked when they are read."""
    if keys.folder().stat().st_mode & 0o022:
        yield Problem(f"{keys.folder()} can be written by others; run: chmod 700 {keys.folder()}")


def hashing() -> Iterator[Problem]:
    """The cost of password hashes."""
    try:
        argon2.refuse_unbearable_cost()
    except argon2.CostRefused as problem:
        yield Problem(f"{problem} Write a cheaper one, such as 2,19456,1")
    if any(given < least for given, least in zip(settings.KEYTURN_ARGON2, WEAKEST_ARGON2, strict=True)):
        given = ",".join(map(str, settings.KEYTURN_ARGON2))
        yield Problem(f"KEYTURN_ARGON2 is {given}, weaker than 2,19456,1; not for real people", is_broken=False)


def limit_factor() -> Iterator[Problem]:
    """Limits by source, widened."""
    if (factor := settings.KEYTURN_SOURCE_LIMIT_FACTOR) != 1:
        yield Problem(
            f"KEYTURN_SOURCE_LIMIT_FACTOR is {factor}: limits by source and tenant are wider by that",
            is_broken=False,
        )


CHECKS: tuple[Callable[[], Iterator[Problem]], ...] = (
    public_url,
    email_url,
    bounce_address,
    tenants,
    identifier_patterns,
    durability,
    database_version,
    key_files,
    hashing,
    limit_factor,
)
