"""(g) What size costs an operator: the console's pages in a tenant of a million people, beside those of a small one.

    python -m benchmarks.console [--people 1000000] [--events 10000000]

Both tenants stand in one PostgreSQL database; their pages are asked for in turns, as the web role, behind the walls.
What counts is the ratio of the two medians: a busy machine is busy for both.
"""

import json
import statistics
import tempfile
from argparse import Namespace
from pathlib import Path

from benchmarks.rig import crowd, options, report
from benchmarks.rig.crowd import Crowd
from benchmarks.rig.databases import Postgresql
from benchmarks.rig.processes import python, run

AIM = 1.5
PASSWORD = "violet tractor beside a lake"
HOSTS = {"large": "large.localhost", "small": "small.localhost"}
_COMMAND = ("-c", "from keyturn.cli.main import main; main()")
# the disk need not survive the run; VACUUM comes at the end, and once
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


def main() -> None:
    """Fill, look, write, print."""
    wanted = options.read(
        __doc__,
        (),
        (),
        people=(1_000_000, "people of the large tenant"),
        events=(10_000_000, "its audit events"),
        small=(1_000, "people of the small tenant, with as many events for each"),
        rounds=(24, "times that each page is asked for in each tenant"),
    )
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        database = Postgresql(Path(folder), **_SETTINGS)
        try:
            measured = _measure(wanted, Path(folder), database)
        finally:
            database.stop()
    report.publish("console", {"wanted": vars(wanted), **measured}, _table(measured, wanted))


def _measure(wanted: Namespace, folder: Path, database: Postgresql) -> dict:
    environment = {
        "KEYTURN_DATA": str(folder / "data"),
        "KEYTURN_DATABASE_URL": database.url,
        "KEYTURN_ARGON2": "1,8,1",
        "KEYTURN_LOG_LEVEL": "ERROR",
    }
    prepare(environment, folder)
    events = wanted.events * wanted.small // wanted.people
    crowd.fill(
        database.url,
        [
            Crowd("large", wanted.people, wanted.events, 4152000000),
            Crowd("small", wanted.small, events, 4157000000),
        ],
    )
    looking = {"DJANGO_SETTINGS_MODULE": "keyturn.settings", "KEYTURN_PROCESS": "web"}
    given = json.dumps({"hosts": HOSTS, "rounds": wanted.rounds, "password": PASSWORD})
    told = run(python("-m", "benchmarks.rig.looking"), environment | looking, text=given)
    return json.loads(told.splitlines()[-1])  # the log stands above it


def prepare(environment: dict[str, str], folder: Path) -> None:
    """Tables, keys, and the two tenants with an operator and one person each, by `keyturn migrate` and `load`."""
    run(python(*_COMMAND, "migrate"), environment)
    world = folder / "world.yaml"
    world.write_text(json.dumps({"tenants": [_tenant(slug, host) for slug, host in HOSTS.items()]}))
    run(python(*_COMMAND, "load", str(world)), environment)


def _tenant(slug: str, host: str) -> dict:
    return {
        "slug": slug,
        "name": slug.title(),
        "hosts": [host],
        "public_url": f"http://{host}:8000",
        "settings": {"allow_password_reset_via_email": True},
        "mail_profiles": [
            {"name": "main", "host": f"mail.{slug}.example", "port": 587, "from_address": f"help@{slug}.example"}
        ],
        "operators": [{"username": "otto", "password": PASSWORD}],
        "people": [{"identifier": "zora", "name": "Zora Zeta", "password": PASSWORD, "status": "active"}],
    }


def _table(measured: dict, wanted: Namespace) -> list[str]:
    rows = [_row(page, times, measured["statements"][page]) for page, times in measured["times"].items()]
    head = ["", "median of the small one, ms", "median of the large one, ms", "**ratio**", "statements"]
    ratios = [_ratio(times) for times in measured["times"].values()]
    about = (
        f"{wanted.people:,} people with {wanted.events:,} audit events, beside {wanted.small:,} people with as many"
        f" events each; {wanted.rounds} times each, in turns. Required: a ratio of {AIM} at most. Most here:"
        f" {max(ratios):.2f}."
    )
    return [*report.table(head, rows), "", about]


def _row(page: str, times: dict[str, list[float]], statements: dict[str, int]) -> list[str]:
    small, large = (statistics.median(times[slug]) for slug in ("small", "large"))
    counted = " and ".join(str(many) for many in sorted(set(statements.values())))
    return [page, f"{small:.1f}", f"{large:.1f}", f"**{_ratio(times):.2f}**", counted]


def _ratio(times: dict[str, list[float]]) -> float:
    return statistics.median(times["large"]) / statistics.median(times["small"])


if __name__ == "__main__":
    main()
