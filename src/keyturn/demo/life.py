"""A month behind the demo: what people asked for, what came of it, and what waits for an operator.

    python -m keyturn.demo.life FOLDER      once, after the world was loaded and before anything is served

Everything is done by the real flows, as doors and workers call them; only the tallies of past days are written
directly, because the demo has no past.
"""

import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

import django

django.setup()

from keyturn.access import sign_in  # noqa: E402 -- the settings come first
from keyturn.access.models import Session  # noqa: E402
from keyturn.demo import catcher, reading, words  # noqa: E402
from keyturn.enrollment import on_record  # noqa: E402
from keyturn.enrollment.on_record import By  # noqa: E402
from keyturn.lib import clock  # noqa: E402
from keyturn.operators import record  # noqa: E402
from keyturn.operators.models import Operator  # noqa: E402
from keyturn.outbox import deliver  # noqa: E402
from keyturn.outbox.bounces import taking  # noqa: E402
from keyturn.outbox.bounces.reports import Report  # noqa: E402
from keyturn.outbox.models import Message  # noqa: E402
from keyturn.people import changes  # noqa: E402
from keyturn.people.changes import NewPerson  # noqa: E402
from keyturn.people.models import Person  # noqa: E402
from keyturn.recovery import by_operator, follow_up, intake, redeem, resolve  # noqa: E402
from keyturn.recovery.core.claim import Claim  # noqa: E402
from keyturn.recovery.core.facts import Method  # noqa: E402
from keyturn.recovery.desk import Wish  # noqa: E402
from keyturn.recovery.models import DailyTally, Recovery  # noqa: E402
from keyturn.tenants import scope  # noqa: E402
from keyturn.tenants.models import Tenant  # noqa: E402

SOURCE = "192.0.2.10"
LINKS = ("adele@movers.example", "ravi@movers.example", "mikko@movers.example", "nils@movers.example", "nobody")
APPS = ("kofi@movers.example", "rosa@full.example", "farah@movers.example", "hana@movers.example")
DAYS = 30


def main(folder: Path) -> None:
    """Live, once: a demo that has a past keeps it."""
    movers = Tenant.objects.get(slug="movers")
    with scope.inside(movers.id):
        if DailyTally.objects.exists():
            return
        words.write(record.of(Operator.objects.get(tenant=movers, username="otto")))
        _ask(movers)
        _work()
        _redeem("ravi@movers.example", folder)
        _bounce("hana@movers.example")
        _at_the_desk(movers)
        _sign_in(movers)
        _work()
        _past(clock.now())
    catcher.forget(folder)  # whoever tries the demo finds their own mail in the inbox


def _ask(movers: Tenant) -> None:
    for names, method, door in ((LINKS, Method.LINK, "portal"), (APPS, Method.TEMPORARY_PASSWORD, "api")):
        for name in names:
            claim = Claim(identifier=name) if door == "portal" else Claim(email=name)
            intake.ask(intake.Asked(claim, method, door, SOURCE, movers), clock.now())


def _work() -> None:
    """What a worker does, until there is nothing left to do."""
    for step in (resolve.step, deliver.step, follow_up.step, deliver.step):
        while step():
            pass


def _redeem(address: str, folder: Path) -> None:
    """Open the mail, follow the link, type the code, choose a password."""
    mail = next(one for one in catcher.caught(folder) if one.to == address)
    lines = reading.read(mail, frozenset()).lines
    link = next(line.text for line in lines if line.kind == "link")
    code = next(line.text for line in lines if line.kind == "secret")
    token = link.rpartition("/")[2]
    redeem.redeem(redeem.Attempt(token, code, "eleven-drums-in-the-fog", SOURCE), clock.now())


def _bounce(address: str) -> None:
    """A report comes back for what was sent there."""
    for message in Message.objects.filter(address__raw=address, state=Message.SENT):
        taking.take(message.pk, Report(is_failed=True, words="550 5.1.1 no such mailbox here"), clock.now())


def _at_the_desk(movers: Tenant) -> None:
    """Dora marks somebody, puts somebody new on record, and resets somebody who called."""
    dora = Operator.objects.get(tenant=movers, username="dora")
    actor = f"operator:{dora.pk}"
    changes.update(_person("selma@movers.example"), clock.now(), actor=actor, needs_second_operator=True)
    newcomer = NewPerson(identifier="wanda@movers.example", name="Wanda Kruse", email="wanda@movers.example")
    on_record.create(newcomer, By(actor, clock.now()))
    caller = _person("dana@movers.example")
    wish = Wish(person=caller, operator=dora, tenant=movers, note="Called from the depot, new phone", source=SOURCE)
    by_operator.send_link(wish, clock.now())


def _sign_in(movers: Tenant) -> None:
    typed = sign_in.Credentials(
        "vera@movers.example", "nine-paper-boats-sailing", "", SOURCE, Session.API, "Movers app"
    )
    sign_in.sign_in(typed, movers, clock.now())


def _past(now: datetime) -> None:
    """Quiet weekends, a busy Monday, and today's requests spread over the last hours."""
    chance = random.Random(30)  # noqa: S311 -- the same month in every demo
    for back in range(1, DAYS):
        day = (now - timedelta(days=back)).date()
        asked = chance.randint(1, 4) if day.weekday() > 4 else chance.randint(8, 24) + (day.weekday() == 0) * 8
        delivered = asked - chance.randint(0, asked // 4)
        completed = delivered - chance.randint(0, delivered // 3)
        seconds = chance.randint(90, 400) if completed else None
        DailyTally.objects.create(
            day=day, asked=asked, delivered=delivered, completed=completed, median_seconds=seconds
        )
    for minutes, recovery in enumerate(Recovery.objects.order_by("-created_at")):
        Recovery.objects.filter(pk=recovery.pk).update(created_at=now - timedelta(minutes=3 * minutes))


def _person(identifier: str) -> Person:
    return Person.objects.get(identifier=identifier)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
