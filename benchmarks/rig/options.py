"""The options of the programs: counts with a number each has unless told otherwise, databases, targets."""

import argparse
from collections.abc import Collection

from benchmarks.rig import databases


def read(
    about: str,
    targets: Collection[str] = (),
    kinds: Collection[str] = databases.KINDS,
    /,
    **counts: tuple[int, str],
) -> argparse.Namespace:
    """What the command line says. `counts` gives each number's default and meaning; `targets` and `kinds`, what may
    be chosen, of which there is nothing to choose where there is none.
    """
    parser = argparse.ArgumentParser(description=about)
    for name, (default, meaning) in counts.items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=int, default=default, help=f"{meaning} ({default})")
    if targets:
        parser.add_argument("--targets", nargs="+", choices=targets, default=list(targets))
    if kinds:
        parser.add_argument("--databases", nargs="+", choices=kinds, default=list(kinds))
    return parser.parse_args()
