"""Forgetting a person, and handing out all that is known about one (GDPR articles 15 and 17).

The audit keeps the facts without the person: it names nobody but by an id, which stands nowhere else afterwards.
Lines of the request and delivery logs stay, emptied of whom they were about, so that their counts stay true.
"""

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q

from keyturn.access.models import Session
from keyturn.audit import events
from keyturn.audit.models import Event
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.enrollment.models import MadeByPin, Pin, PinMailing, SignUp
from keyturn.lib import disclosing
from keyturn.outbox import posting
from keyturn.outbox.models import Attempt, Message
from keyturn.people import changes
from keyturn.people.models import Address, Import, ImportFile, Person
from keyturn.people.rights import queries as rights
from keyturn.recovery.models import Recovery, Ticket


@transaction.atomic
def forget(person: Person, now: datetime, *, actor: str) -> None:
    """Destroy everything that names a person; waiting messages are called back. Nothing brings it back."""
    messages = Message.objects.filter(Q(person=person) | _to_their_addresses(person))
    recoveries = Recovery.objects.filter(person=person)
    posting.call_back(messages.filter(state__in=Message.WAITING).values_list("pk", flat=True), now)
    Attempt.objects.filter(message__in=messages).update(reply="")
    counts = {
        "messages": messages.update(last_reply="", elsewhere=""),
        "recoveries": recoveries.update(claimed="", words="", source=""),
    }
    _forget_sign_ups(person, now)
    ImportFile.objects.exclude(of__state__in=Import.UNDER_WAY).delete()  # they may hold a line about them
    events.record("person.forgotten", at=now, actor=actor, subject=f"person:{person.pk}", **counts)
    changes.delete(person, now, actor=actor)


def _forget_sign_ups(person: Person, now: datetime) -> None:
    """How they came, and that somebody else's PIN was mailed to them."""
    theirs = SignUp.objects.filter(person=person)
    theirs.filter(state=SignUp.ACCEPTED).update(state=SignUp.VANISHED, ended_at=now)
    theirs.update(source="")
    raws = list(Address.objects.filter(person=person, kind=Address.EMAIL).values_list("raw", flat=True))
    mailings = PinMailing.objects.filter(to__in=raws)
    mailings.filter(ended_at=None).update(state=PinMailing.REFUSED, ended_at=now, due_at=None)
    mailings.update(to="")
    PinMailing.objects.filter(own_address__in=raws).update(own_address="")


def hand_out(person: Person, now: datetime, *, actor: str) -> dict[str, Any]:
    """All that is known about a person, for somebody who takes it away; that they did is on record."""
    events.record("person.exported", at=now, actor=actor, subject=f"person:{person.pk}")
    return known(person)


def known(person: Person) -> dict[str, Any]:
    """All that is kept about a person, ready to be written as JSON; of secrets only that there are some."""
    accounts = Account.objects.filter(person=person)
    messages = Message.objects.filter(Q(person=person) | _to_their_addresses(person))
    subject = f"person:{person.pk}"
    return {
        "person": disclosing.line(person),
        "addresses": disclosing.lines(Address.objects.filter(person=person)),
        "rights": rights.carried(person).plain(),
        "accounts": disclosing.lines(accounts),
        "temporary_passwords": disclosing.lines(TemporaryPassword.objects.filter(account__in=accounts)),
        "sessions": disclosing.lines(Session.objects.filter(account__in=accounts)),
        "requests": disclosing.lines(Recovery.objects.filter(person=person)),
        "tickets": disclosing.lines(Ticket.objects.filter(account__in=accounts)),
        "messages": disclosing.lines(messages),
        "attempts": disclosing.lines(Attempt.objects.filter(message__in=messages)),
        "pins": disclosing.lines(Pin.objects.filter(owner=person)),
        "pin_mailings": disclosing.lines(PinMailing.objects.filter(pin__owner=person)),
        "sign_ups": disclosing.lines(SignUp.objects.filter(person=person)),
        "came_by": disclosing.lines(MadeByPin.objects.filter(person=person)),
        "events": disclosing.lines(Event.objects.filter(subject=subject)),
        "own_acts": disclosing.lines(Event.objects.filter(actor=subject).exclude(subject=subject)),
    }


def _to_their_addresses(person: Person) -> Q:
    """Messages that went to an address of theirs while it was on nobody's record, in whatever capitals."""
    mails = Address.objects.filter(person=person, kind="email").values_list("raw", flat=True)
    same = [Q(elsewhere__iexact=mail) for mail in mails]
    return reduce(or_, same, Q(pk__in=[])) & ~Q(elsewhere="")
