"""`keyturn keys`: which key seals the passwords of mailboxes, another one in its place, and the end of older ones."""

from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta

from keyturn.cli.refusal import CommandRefused
from keyturn.lib import clock, keys
from keyturn.monitoring import rewrapping, sealing
from keyturn.operators import record
from keyturn.people.changes import OWNER
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

BOX = sealing.BOX
_REQUESTS_END = timedelta(hours=1)  # by then whoever read the file before has written, and mendings are over


def run(given: Namespace) -> int:
    """Do what was asked."""
    {"show": _show, "rotate": _rotate, "drop": _drop}[given.verb]()
    return 0


def _show() -> None:
    waiting, unopened = _everywhere(rewrapping.waiting), _everywhere(rewrapping.unopened)
    print(f"Key {keys.box_id(BOX)} seals the passwords of mailboxes.")
    print(f"Older keys that still open: {keys.older(BOX)}. Passwords that need one: {waiting}.")
    if unopened:
        print(f"Passwords that no key here opens: {unopened}. Give those mailboxes their passwords anew.")


def _rotate() -> None:
    before = keys.box_id(BOX)
    after = keys.rotate(BOX)
    record.installation("mailbox_key.rotated", at=clock.now(), actor=OWNER, before=before, after=after)
    print(f"Key {after} seals from now on; {before} goes on opening what it sealed.")
    print(f"Back up {keys.folder()}, and copy web.json to every machine that runs a web process.")
    print("The worker seals what is there anew. When `keyturn keys show` says that none needs an older key:")
    print("`keyturn keys drop`.")


def _drop() -> None:
    if not keys.older(BOX):
        raise CommandRefused("There is no older key.")
    if waiting := _everywhere(rewrapping.waiting):
        raise CommandRefused(
            f"{waiting} passwords still need an older key. A running worker seals them anew; try later."
        )
    if files := _everywhere(rewrapping.files):
        raise CommandRefused(f"{files} imports of mailboxes may need an older key. Try when they are over.")
    ripe_at = keys.rotated_at() + _REQUESTS_END
    if clock.now() < ripe_at:
        raise CommandRefused(f"The rotation is too fresh: something may be under way. Try after {ripe_at:%H:%M} UTC.")
    gone = keys.drop(BOX)
    record.installation("mailbox_keys.dropped", at=clock.now(), actor=OWNER, count=gone)
    print(f"Removed: {gone}. Backups of the database from before the rotation open only with key files from then.")


def _everywhere(count: Callable[[], int]) -> int:
    total = 0
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with scope.inside(tenant_id):
            total += count()
    return total
