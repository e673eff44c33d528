"""`keyturn load WORLD.yaml`: puts a world on record, or says line by line why not and changes nothing."""

import sys
from argparse import Namespace
from pathlib import Path

from keyturn.cli.progress import Bar
from keyturn.cli.refusal import CommandRefused
from keyturn.cli.world import loading, reading, understanding
from keyturn.cli.world.complaints import Complaint, WorldRefused
from keyturn.cli.world.loading import Report
from keyturn.lib import clock, planning

_MOST_SHOWN = 50


def run(given: Namespace) -> int:
    """Load the file; exit code 1 with all complaints when it cannot be."""
    path = Path(given.file)
    try:
        report = load(path)
    except WorldRefused as refused:
        _complain(path, refused.complaints)
        return 1
    for slug, created in report.created.items():
        print(f"{slug}: {created} people created, {report.updated[slug]} were there already")
    return 0


def load(path: Path) -> Report:
    """Read, understand and load a file; raises WorldRefused and CommandRefused."""
    world = understanding.understand(reading.read(_bytes_of(path)))
    with Bar("people", sum(len(tenant.people) for tenant in world.tenants)) as bar:
        report = loading.load(world, clock.now(), bar.advance)
    planning.refresh()
    return report


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(reading.MOST_BYTES + 1)
    except OSError as problem:
        raise CommandRefused(f"{path} cannot be read: {problem.strerror}") from problem


def _complain(path: Path, complaints: list[Complaint]) -> None:
    for one in complaints[:_MOST_SHOWN]:
        place = f"{path.name}:{one.line}" if one.line else path.name
        print(f"{place}: {one}", file=sys.stderr)
    if len(complaints) > _MOST_SHOWN:
        print(f"… and {len(complaints) - _MOST_SHOWN} more", file=sys.stderr)
    print("keyturn: nothing was loaded; mend the file and load it again", file=sys.stderr)
