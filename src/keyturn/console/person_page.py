"""What every tab of a person's page shows above the tab: who it is, and the way to the other tabs."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from keyturn.console import people_marks
from keyturn.lib import clock
from keyturn.people.models import Person
from keyturn.recovery import readiness, wording
from keyturn.tenants import finding

TABS = (
    ("", _("General")),
    ("mobile", _("Mobile user")),
    ("account", _("Account")),
    ("rights", _("Rights")),
    ("pin", _("PIN code")),
    ("mailboxes", _("Mailboxes")),
    ("activity", _("Activity")),
    ("readiness", _("Readiness")),
)


def person_or_404(person_id: UUID) -> Person:
    """The person of this id in the tenant acted in; another tenant's is missing like any other."""
    person = Person.objects.filter(pk=person_id).select_related("cell_provider").first()
    if person is None:
        raise Http404
    return person


def context(person: Person, tab: str) -> dict[str, Any]:
    """The values of `console/people/person_frame.html`; `tab` is the last part of its path."""
    base = f"/console/people/{person.pk}/"
    tabs = [{"path": base + name, "words": words, "is_here": name == tab} for name, words in TABS]
    return {"person": person, "tabs": tabs, "way_in": _way_in(person), "licence": people_marks.licence(person)}


def _way_in(person: Person) -> dict[str, Any]:
    """Can she get back in now, and if not, why: the first thing that stands in the way of the link."""
    by_link, *others = readiness.of(person, finding.by_id(person.tenant_id), clock.now()).ways
    is_open = by_link.is_open or any(way.is_open for way in others)
    return {"is_open": is_open, "why": "" if by_link.is_open else wording.explain(by_link.refusals[0])}
