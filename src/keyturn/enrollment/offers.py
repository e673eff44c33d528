"""What a PIN passes on: before it is given, and when copies of it may have left the house (M2.8, M2.10)."""

from collections.abc import Iterable

from keyturn.enrollment.models import Pin
from keyturn.people.models import Person
from keyturn.people.rights import holding
from keyturn.people.rights.core import Offer


def of_owner(owner: Person, withheld: Iterable[str] = ()) -> Offer:
    """What a new user would get from a PIN of this owner now, and what not and why: shown before it is issued."""
    return holding.cloned(owner, frozenset(withheld))


def of_pin(pin: Pin) -> Offer:
    """The same of a PIN that was given. What of it may leave the house is looked up, not believed."""
    agreed = Pin.objects.values_list("agreed", flat=True).get(pk=pin.pk)
    return holding.cloned(pin.owner, frozenset(pin.withheld), None if agreed is None else frozenset(agreed))


def let_out(pin: Pin, agreed: Iterable[str]) -> None:
    """Remember, under the owner's lock, that a copy goes to somebody who is not the owner.

    Of what stands above the plain no more passes on from now on than two operators agreed to for every such copy.
    """
    before = Pin.objects.values_list("agreed", flat=True).get(pk=pin.pk)
    kept = frozenset(agreed) if before is None else frozenset(agreed) & frozenset(before)
    Pin.objects.filter(pk=pin.pk).update(agreed=sorted(kept))
