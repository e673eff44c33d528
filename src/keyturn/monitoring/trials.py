"""Trials of mailboxes: an operator tries what stands in the form, saved or not, and sees each step (outbox.trials).

    trials.ask(described, asker, kept=mailbox)     or the moment when the next one may be asked
    step()                                         a duty: signs in for real, and out again
Where no password is typed the one that is kept counts, if the place is still its own.
"""

from datetime import datetime
from typing import Any

from keyturn.lib.seal import SealBroken
from keyturn.limits import counters
from keyturn.monitoring import describing, limits, mailboxes, proving, sealing
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.describing import MailboxRefused, New
from keyturn.monitoring.mailbox.check import Stage
from keyturn.monitoring.mailbox.place import Login, Place, Protocol, Tls
from keyturn.monitoring.models import Mailbox
from keyturn.outbox import attending
from keyturn.outbox import trials as of_any
from keyturn.outbox.attending import Book
from keyturn.outbox.diagnosis import Finding
from keyturn.outbox.models import Trial
from keyturn.outbox.trials import Asker

SENDING = "sending"  # the stage of the sending side, which is one step


def ask(new: New, asker: Asker, *, kept: Mailbox | None = None) -> Trial | datetime:
    """Try a mailbox as it is described. Raises MailboxRefused; gives the moment to come back at after too many."""
    columns = describing.columns(new)
    counts = kept is not None and kept.sealed is not None and not new.secret and not mailboxes.wipes(kept, new)
    if not new.secret and not counts:
        raise MailboxRefused("empty", "secret")
    if until := counters.take(limits.TRIALS_BY_LOGIN, f"{columns['host']}|{columns['username']}", now=asker.now):
        return until
    told = {name: columns[name] for name in sealing.PLACE} | {"secret": new.secret}
    return of_any.ask(Trial.MAILBOX, _stages(new), told | {"kept": str(kept.pk) if counts else ""}, asker)


def step() -> bool:
    """Run the trial that waits longest; False when there is none. For the worker."""
    return attending.attend({Trial.MAILBOX}, _try)


def _stages(new: New) -> list[str]:
    secured = [] if new.tls == Tls.NONE else [Stage.SECURED]
    reading = [Stage.RESOLVED, Stage.CONNECTED, *secured, Stage.GREETED, Stage.SIGNED_IN]
    return [*map(str, reading), *([SENDING] if new.sending_host else [])]


def _try(book: Book, told: dict[str, Any]) -> None:
    secret = told["secret"] or _kept(told)
    if not secret:
        return book.fail(Finding.NO_PASSWORD)
    login = Login(told["username"], secret, told["method"])
    seen = proving.watched(_place(told, told["protocol"]), login, lambda stage: _reach(book, stage))
    if seen.code is not Code.SIGNED_IN:
        return book.fail(str(seen.code))
    return _send(book, told, login) if told["sending_host"] else None


def _send(book: Book, told: dict[str, Any], login: Login) -> None:
    seen = proving.watched(_place(told, Protocol.SMTP, "sending_"), login, lambda stage: None)
    return book.reach(SENDING) if seen.code is Code.SIGNED_IN else book.fail(str(seen.code))


def _reach(book: Book, stage: Stage) -> None:
    if stage in book.trial.stages:
        book.reach(str(stage))


def _place(told: dict[str, Any], protocol: str, prefix: str = "") -> Place:
    return Place(protocol, told[f"{prefix}host"], told[f"{prefix}port"], told[f"{prefix}tls"])


def _kept(told: dict[str, Any]) -> str:
    """The password on record, unless its place was changed meanwhile."""
    mailbox = Mailbox.objects.filter(pk=told["kept"]).first() if told["kept"] else None
    if mailbox is None or any(getattr(mailbox, name) != told[name] for name in sealing.PLACE):
        return ""
    try:
        return sealing.open(mailbox)
    except SealBroken:
        return ""
