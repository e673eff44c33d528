"""Sign-ups as operators look through them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from keyturn.audit.models import Event
from keyturn.enrollment.models import SignUp
from keyturn.outbox.deliveries import begin_of
from keyturn.recovery.core import reference

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """Which sign-ups. Empty means any; days are whole days in UTC, `until` among them."""

    state: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def condition(self) -> Q:
        """The same, as the database is asked."""
        wanted = Q(state=self.state) if self.state else Q()
        wanted &= Q(created_at__gte=begin_of(self.since)) if self.since else Q()
        return wanted & (Q(created_at__lt=begin_of(self.until) + _DAY) if self.until else Q())


def matching(wanted: Wanted) -> QuerySet[SignUp]:
    """The sign-ups, with their person and the PIN's owner; in no order yet."""
    return SignUp.objects.filter(wanted.condition).select_related("person", "pin__owner")


def by_reference(typed: str) -> SignUp | None:
    """The sign-up of a reference as it was typed or heard."""
    read = reference.read(typed)
    return matching(Wanted()).filter(reference=read).first() if read else None


def guessed_at(now: datetime) -> datetime | None:
    """When so many wrong PINs came within the last day that a limit was met; None when they did not."""
    lately = Event.objects.filter(action="pins.guessed", at__gt=now - _DAY)
    return lately.order_by("-at").values_list("at", flat=True).first()
