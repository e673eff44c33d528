"""The owner of a mailbox hears that its password is refused: once an incident, and once a week while it lasts (M1.9).

    tell(mailbox, now)     inside the transaction that suspends it
    step()                 a duty: reminders
By email to an address that is not the broken mailbox's own, and by SMS, as the tenant's rules say. Where only the
mailbox's own address is left, the notice goes there, and the audit warns the operators.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from keyturn.audit import events
from keyturn.lib import clock
from keyturn.monitoring import links, switches
from keyturn.monitoring.core.own import is_own
from keyturn.monitoring.models import Mailbox
from keyturn.outbox import channels, posting, purposes
from keyturn.outbox.posting import Letter
from keyturn.people import queries as people
from keyturn.people.models import Address
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant

BETWEEN_REMINDERS = timedelta(days=7)
_AT_ONCE = 100


def tell(mailbox: Mailbox, now: datetime, purpose: str = purposes.MAILBOX_REFUSED) -> bool:
    """Queue the notices of its incident and write down when; False when nobody is to be told."""
    person, rules = mailbox.person, switches.read()
    if not person.is_active:
        return False
    receiving = _receiving(mailbox, rules, now)
    if not receiving:
        return False
    told = {"MAILBOX_LINK": links.issue(mailbox, now), "MAILBOX": mailbox.name}
    for address in receiving:
        posting.post(
            Letter(purpose, address, told, now + links.KEPT), person=person, now=now, language=person.language
        )
    Mailbox.objects.filter(pk=mailbox.pk).update(told_at=now)
    return True


def step() -> bool:
    """Remind those who were told a week ago and have not mended, and try again whom nothing reached a week ago; there
    is never more to do at once."""
    now = clock.now()
    for tenant_id in Tenant.objects.filter(status=Tenant.ACTIVE).values_list("pk", flat=True):
        with scope.inside(tenant_id):
            for mailbox in _to_be_reminded(now):
                _remind(mailbox, now)
    return False


def _to_be_reminded(now: datetime) -> list[Mailbox]:
    lasting = Mailbox.objects.filter(state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_WATCH, incident__isnull=False)
    long_ago = now - BETWEEN_REMINDERS
    wanting = lasting.filter(Q(told_at__lte=long_ago) | Q(told_at=None, suspended_at__lte=long_ago))
    return list(wanting.select_related("person__cell_provider").order_by("told_at")[:_AT_ONCE])


@transaction.atomic
def _remind(mailbox: Mailbox, now: datetime) -> None:
    """Seized by one UPDATE, so that of two workers one writes."""
    mine = Mailbox.objects.filter(pk=mailbox.pk, told_at=mailbox.told_at, incident=mailbox.incident)
    if mine.update(told_at=now):
        tell(mailbox, now, purposes.MAILBOX_REMINDER)


def has_other_way(mailbox: Mailbox, now: datetime) -> bool:
    """Whether its owner can be told in any way but by that very mailbox; for operators, before it is needed."""
    return bool(_emails(mailbox)[0]) or _textable(mailbox, now) is not None


def _receiving(mailbox: Mailbox, rules: dict[str, bool], now: datetime) -> list[Address]:
    others, own = _emails(mailbox)
    number = _number(mailbox, now) if rules[switches.SMS_ON_WRONG] else None
    numbers = [number] if number else []
    if not rules[switches.EMAIL_ON_WRONG]:
        return numbers
    if not others and not numbers and own:
        _warn(mailbox, now)
        return own[:1]
    return [*others[:1], *numbers]


def _emails(mailbox: Mailbox) -> tuple[list[Address], list[Address]]:
    """Where mail can go: past the mailbox, and into it; the main one first."""
    on_record = Address.objects.filter(person_id=mailbox.person_id, kind=Address.EMAIL, told_until=None)
    sorted_out: tuple[list[Address], list[Address]] = [], []
    for one in people.reachable(on_record.order_by("-is_main", "pk")):
        sorted_out[is_own(mailbox.username, mailbox.host, one.lowered)].append(one)
    return sorted_out


def _number(mailbox: Mailbox, now: datetime) -> Address | None:
    """Where a text message can go, with a place taken under the cap of the day."""
    number = _textable(mailbox, now)
    return number if number and posting.sms_place(now) else None


def _textable(mailbox: Mailbox, now: datetime) -> Address | None:
    number = people.sms_number(mailbox.person)
    return number if number and channels.sms_gateway_of(mailbox.person, now.date()) else None


def _warn(mailbox: Mailbox, now: datetime) -> None:
    told = {"mailbox": str(mailbox.pk), "name": mailbox.name}
    events.record(
        "mailbox.only_itself_addressed", at=now, actor="worker", subject=f"person:{mailbox.person_id}", **told
    )
