"""What a worker does, composed from the rooms: here, on the top floor, all of them meet."""

from collections.abc import Callable, Sequence

from keyturn.audit import chain
from keyturn.audit import watch as chain_watch
from keyturn.cli import purge
from keyturn.enrollment import imports, posting_pins, resolving
from keyturn.lib.worker import Duty
from keyturn.monitoring import alerting, calling, handing, knocking, proving, rewrapping, rhythm, telling, watch
from keyturn.monitoring import imports as of_mailboxes
from keyturn.monitoring import trials as of_logins
from keyturn.outbox import deliver, trying
from keyturn.passwords import leaked
from keyturn.recovery import follow_up, preview, resolve, tally

RESOLVE, DELIVER, WATCH = "resolve", "deliver", "watch"


def chosen(only: Sequence[str] = ()) -> list[Duty]:
    """The duties of the named groups, or all. Tidying up goes with `resolve`, so that some worker does it."""
    groups = _groups()
    return [duty for name in (only or groups) for duty in groups[name]]


def _groups() -> dict[str, list[Duty]]:
    return {
        RESOLVE: [
            Duty("resolve", resolve.step),
            Duty("sign_up", resolving.step),
            Duty("pin_mailing", posting_pins.step),
            Duty("follow_up", follow_up.step, woken=False),
            Duty("ranges", leaked.step),
            Duty("import", imports.step),
            Duty("preview", preview.step),
            Duty("chain", chain.step, every=2.0, woken=False),
            Duty("chain_watch", chain_watch.step, every=10.0, woken=False),
            Duty("tally", tally.step, every=30.0, woken=False),
            Duty("purge", purge.step, every=60.0, woken=False),
        ],
        DELIVER: [
            Duty("deliver", deliver.step, threads=deliver.senders()),
            Duty("try", trying.step, threads=2),  # one may wait for a firewall while somebody else's runs
        ],
        WATCH: [
            Duty("watch", watch.step),
            Duty("hosts", _in_turn(knocking.step, alerting.step), every=30.0, woken=False),
            Duty("remind", telling.step, every=300.0, woken=False),
            Duty("mailboxes", _in_turn(rewrapping.step, rhythm.step), every=60.0, woken=False),
            Duty("import_mailboxes", of_mailboxes.step),
            Duty("handing", handing.step),
            Duty("webhook", calling.step, threads=2),  # one may wait for somebody's receiver while another's runs
            # mendings and trials: one may wait for a silent server while somebody else's runs
            Duty("mend", _both(proving.step, of_logins.step), threads=2),
        ],
    }


def _in_turn(*steps: Callable[[], bool]) -> Callable[[], bool]:
    """Duties that share a thread, and so a connection, because neither has much to do."""
    return lambda: any([step() for step in steps])


def _both(*steps: Callable[[], bool]) -> Callable[[], bool]:
    """Steps that share their threads."""
    return lambda: any([step() for step in steps])
