"""The mail of a plan into rows: profiles, locations, and from where operators write."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from keyturn.cli.world.complaints import Complaint, WorldRefused
from keyturn.cli.world.plans import TenantPlan
from keyturn.operators import locating
from keyturn.operators.models import Operator
from keyturn.outbox import locations, profiles
from keyturn.outbox.models import Location, MailProfile
from keyturn.outbox.profiles import NewProfile
from keyturn.people.changes import OWNER
from keyturn.tenants import scope


def furnish(plan: TenantPlan, now: datetime) -> None:
    """Profiles of the tenant and of its locations; a list that is given is the whole list."""
    if plan.profiles is not None:
        _profiles(plan.profiles, None, now)
    for one in plan.locations:
        location = Location.objects.filter(name=one.name).first() or locations.add(one.name, now, actor=OWNER)
        if one.profiles is not None:
            _profiles(one.profiles, location.pk, now)


def place_operators(plan: TenantPlan, now: datetime) -> None:
    """Give operators the default location that the file names; raises WorldRefused."""
    there = dict(Location.objects.values_list("name", "pk"))
    for one in plan.operators:
        if not one.default_location:
            continue
        if one.default_location not in there:
            message = f"there is no location {one.default_location!r} in this tenant"
            raise WorldRefused(Complaint(plan.place.line, f"{plan.place.path}.operators", message))
        operator = Operator.objects.get(tenant_id=scope.current_id(), username=one.username)
        locating.set_location(operator, there[one.default_location], now, actor=OWNER)


def _profiles(wanted: Iterable[NewProfile], location_id: UUID | None, now: datetime) -> None:
    rows = MailProfile.objects.filter(location_id=location_id)
    there = [profiles.opened(row) for row in rows.order_by("position", "name")]
    if [profiles.checked(one) for one in wanted] == there:
        return
    rows.exclude(name__in=[one.name for one in wanted]).delete()
    for one in wanted:
        profiles.save(one, now, actor=OWNER, location_id=location_id)
