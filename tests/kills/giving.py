"""Gives somebody of Movers a PIN and asks for the mail with it, as an operator does; nobody sees the PIN here.

python -m tests.kills.giving mara@movers.example newcomer@movers.example
"""

import os
import sys

import django

from tests.installation import Installation

USES = 2  # so that a use too many would be seen


def give(keyturn: Installation, owner: str, to: str) -> None:
    """Run this module in the surroundings of an installation."""
    keyturn.family.run("giving", "tests.kills.giving", owner, to)


def main(owner: str, to: str) -> None:
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
    main(*sys.argv[1:])
