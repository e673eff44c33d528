"""What can be typed after `keyturn`. Imports nothing of ours, so that --help works whatever the settings are."""

import argparse

_DESCRIPTION = "Keyturn gets people back in when a password is forgotten, expired or was never handed out."
_DUTIES = "resolve,deliver,watch"


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="keyturn", description=_DESCRIPTION)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (_add_running, _add_setting_up, _add_keeping, _add_people, _add_others):
        add(commands)
    return top


def _add_running(commands) -> None:
    serve = commands.add_parser("serve", help="serve pages and API, and run a worker beside them")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=_port, default=8000, help="port to listen on (default 8000)")
    serve.add_argument("--no-worker", action="store_true", help="start no worker process; run `keyturn worker`")
    serve.add_argument("--workers", type=_count, default=1, metavar="N", help="web processes (default 1)")
    worker = commands.add_parser("worker", help="resolve, deliver and tidy up, until stopped")
    worker.add_argument("--only", type=_duties, default=(), metavar="DUTIES", help=f"some of {_DUTIES}")
    worker.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
    watch = commands.add_parser("watch", help="check the mailboxes that are due, and tell how it goes")
    watch.add_argument("--once", action="store_true", required=True, help="until none is due any more")


def _add_setting_up(commands) -> None:
    commands.add_parser("migrate", help="make or update tables; on an empty database also key files and roles")
    load = commands.add_parser("load", help="create or update tenants, operators and people from a file")
    load.add_argument("file", metavar="WORLD.yaml")
    owner = commands.add_parser("owner", help="owners of the installation")
    verbs = owner.add_subparsers(dest="verb", metavar="create", required=True)
    create = verbs.add_parser("create", help="make an owner and print a link, good once")
    create.add_argument("--username", default="owner", help="how the owner signs in (default owner)")
    create.add_argument("--email", default="", help="where the owner is written to")


def _add_keeping(commands) -> None:
    commands.add_parser("check", help="refuse unsafe configuration in a sentence that says what to do; start nothing")
    commands.add_parser("doctor", help="check everything; one line each; exit 1 when something is broken")
    keys = commands.add_parser("keys", help="the key that seals mailbox passwords")
    acts = keys.add_subparsers(dest="verb", metavar="show|rotate|drop", required=True)
    acts.add_parser("show", help="which key seals, and how many passwords still need an older one")
    acts.add_parser("rotate", help="another key seals from now on; the worker seals anew what is there")
    acts.add_parser("drop", help="remove older keys, when nothing needs them")
    backup = commands.add_parser("backup", help="copy the embedded database while it runs")
    backup.add_argument("path", metavar="PATH", help="a file that does not exist yet")


def _add_people(commands) -> None:
    people = commands.add_parser("people", help="people from files")
    verbs = people.add_subparsers(dest="verb", metavar="import", required=True)
    importing = verbs.add_parser("import", help="create or update people from a CSV file")
    importing.add_argument("file", metavar="FILE.csv")
    importing.add_argument("--tenant", default="", metavar="SLUG", help="needed where there are several tenants")
    importing.add_argument("--dry-run", action="store_true", help="report what would happen and change nothing")


def _add_others(commands) -> None:
    demo = commands.add_parser("demo", help="the demo world, with a mail catcher")
    demo.add_argument("--port", type=_port, default=8000, help="port to listen on (default 8000)")
    demo.add_argument("--data", default="demo-data", metavar="DIR", help="folder for the demo (default demo-data)")
    commands.add_parser("version", help="print the version")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number from 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 64")
    return int(text)


def _duties(text: str) -> tuple[str, ...]:
    chosen = tuple(word.strip() for word in text.split(",") if word.strip())
    unknown = sorted(set(chosen) - set(_DUTIES.split(",")))
    if unknown or not chosen:
        raise argparse.ArgumentTypeError(f"{text!r}; write one or more of {_DUTIES}")
    return chosen
