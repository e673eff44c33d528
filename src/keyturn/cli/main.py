"""The `keyturn` command: reads the line, sets Django up as the right process, and calls one command.

Exit codes: 0 done · 1 refused or something is broken, with one sentence · 2 the line was not understood.
"""

import os
import sys
from argparse import Namespace
from dataclasses import dataclass
from importlib import import_module

import django
from django.db import connections

from keyturn import __version__
from keyturn.cli import arguments
from keyturn.cli.refusal import CommandRefused
from keyturn.lib import booting, keys
from keyturn.lib.environment import SettingError


@dataclass(frozen=True)
class Command:
    """Where a command lives. A guarded one starts only with a database, keys and a safe configuration.

    It is named, not imported: models can be imported only after the settings were read.
    """

    module: str
    process: str = "worker"  # which database role it lowers itself to; see lib.database_url
    guarded: bool = True


COMMANDS = {
    "serve": Command("keyturn.cli.serve", process="web"),
    "worker": Command("keyturn.cli.worker"),
    "watch": Command("keyturn.cli.watch"),
    "migrate": Command("keyturn.cli.migrate", process="owner", guarded=False),
    "load": Command("keyturn.cli.load"),
    "owner": Command("keyturn.cli.owner"),
    "check": Command("keyturn.cli.check"),
    "doctor": Command("keyturn.cli.doctor", guarded=False),
    "backup": Command("keyturn.cli.backup"),
    "keys": Command("keyturn.cli.keys"),
    "people": Command("keyturn.cli.people"),
}


def main(line: list[str] | None = None) -> None:
    """Entry point."""
    given = arguments.parser().parse_args(line)
    os.umask(0o077)  # databases, keys, backups: for this user alone
    try:
        code = _run(given)
    except (CommandRefused, SettingError, keys.KeysMissing, keys.KeysUnsafe) as problem:
        print(f"keyturn: {problem}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    raise SystemExit(code)


def _run(given: Namespace) -> int:
    if given.command == "version":
        print(__version__)
        return 0
    if given.command == "demo":  # makes a world of its own before it reads any setting
        return import_module("keyturn.demo.launch").main(given.port, given.data) or 0
    command = COMMANDS[given.command]
    os.environ["KEYTURN_PROCESS"] = command.process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyturn.settings")
    with booting.uncollected():
        django.setup()
        import_module("keyturn.lib.logs").set_up()
        if command.guarded:
            import_module("keyturn.cli.gate").refuse_unless_ready()
        module = import_module(command.module)
    try:
        return module.run(given) or 0
    finally:
        connections.close_all()  # SQLite puts its file in order when the last connection closes


if __name__ == "__main__":
    main()
