"""Gives people of Movers PINs and asks for the mail with it, as an operator does; nobody sees the PIN here.

python -m tests.kills.giving        reads lines such as: mara@movers.example newcomer@movers.example
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests.installation import Installation

USES = 2  # so that a use too many would be seen


@contextmanager
def running(keyturn: Installation) -> Iterator[subprocess.Popen]:
    """This module, in the surroundings of an installation."""
    command, pipe = [sys.executable, "-m", "tests.kills.giving"], subprocess.PIPE
    with subprocess.Popen(command, env=keyturn.environment, stdin=pipe, text=True) as process:
        yield process
    assert process.returncode == 0


def tell(process: subprocess.Popen, owner: str, to: str) -> None:
    """Have it give `owner` a PIN that is mailed to somebody else."""
    process.stdin.write(f"{owner} {to}\n")
    process.stdin.flush()


def give(owner: str, to: str) -> None:
    """Write PIN and mailing down; the worker does the rest."""
    from keyturn.enrollment import mailing, pins
    from keyturn.lib import clock
    from keyturn.operators.models import Operator
    from keyturn.people import queries
    from keyturn.tenants import scope
    from keyturn.tenants.models import Tenant

    movers = Tenant.objects.get(slug="movers")
    with scope.inside(movers.id):
        otto, _ = Operator.objects.get_or_create(tenant=movers, username="otto", defaults={"role": "owner"})
        given = pins.issue(
            queries.by_identifier(owner), pins.Terms(max_uses=USES), clock.now(), actor=f"operator:{otto.pk}"
        )
        mailing.ask(given.pin, to, otto, clock.now())


if __name__ == "__main__":
    os.environ |= {"DJANGO_SETTINGS_MODULE": "keyturn.settings", "KEYTURN_PROCESS": "worker"}
    django.setup()
    for line in sys.stdin:
        give(*line.split())
