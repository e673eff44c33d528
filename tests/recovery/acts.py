"""What people do in the stories of this folder: ask, have it resolved, read what was written to them, redeem."""

import json
from datetime import datetime

from keyturn.directories.base import Verdict
from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.models import Account
from keyturn.lib import clock, seal
from keyturn.outbox import posting
from keyturn.outbox.models import Message
from keyturn.recovery import intake, redeem, resolve
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.intake import Accepted, Asked
from keyturn.recovery.models import Recovery, Ticket
from keyturn.recovery.redeem import Answer, Attempt, Refused
from keyturn.tenants.models import Tenant

MARAS_EMAIL, MARAS_PHONE, MARAS_PASSWORD = "mara@movers.example", "+14155550101", "orange bicycle under snow"
NEW_PASSWORD = "violet tractor beside a lake"
NOT_ACCEPTED, ASK_AGAIN = Refused(Answer.NOT_ACCEPTED), Refused(Answer.ASK_AGAIN)
_SOURCES = iter(range(10**9))


def ask(tenant: Tenant | None, claim: Claim, method: str = "link") -> Accepted:
    """Say "I forgot", each time from elsewhere."""
    asked = Asked(claim, method=method, door="api", source=f"198.51.100.{next(_SOURCES)}", tenant=tenant)
    answer = intake.ask(asked, clock.now())
    assert isinstance(answer, Accepted)
    return answer


def resolve_all() -> int:
    """Let the worker resolve whatever waits; how many there were."""
    count = 0
    while resolve.step():
        count += 1
    return count


def recover(tenant: Tenant | None, email: str = MARAS_EMAIL, phone: str = "", method: str = "link") -> Recovery:
    """Ask, resolve, and what the request log of the current tenant says of it."""
    answer = ask(tenant, Claim(email=email, phone=phone), method)
    resolve_all()
    return Recovery.objects.get(reference=answer.reference)


def values_of(message: Message) -> dict[str, str]:
    """What a waiting message will say; tests are allowed to open it."""
    return json.loads(seal.unseal("outbox", message.sealed, posting.sealed_for(message)))


def link_and_code() -> tuple[str, str]:
    """Token and code of the newest link that waits in the outbox."""
    values = values_of(Message.objects.filter(purpose="recovery_link").latest("created_at"))
    return values["LINK"].rpartition("/r/")[2], values["CODE"]


def other_than(code: str) -> str:
    """A wrong code."""
    return f"{(int(code) + 1) % 10**6:06}"


def redeems(token: str, code: str, new: str = NEW_PASSWORD, now: datetime | None = None) -> redeem.Outcome:
    """Send the form of /r."""
    return redeem.redeem(Attempt(token, code, new, source="198.51.100.7"), now or clock.now())


def signs_in(password: str) -> bool:
    """Whether this is Mara's password now."""
    return Builtin().verify(Account.objects.get(), password) is Verdict.ACCEPTED


def tries() -> int:
    """How many guesses at the one ticket were counted."""
    return Ticket.objects.get().attempts
