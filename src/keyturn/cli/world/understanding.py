"""Nodes into plans: every rule of a world file that needs no database."""

from keyturn.cli.world import mail, people, rights, tenants
from keyturn.cli.world.complaints import Complaint, WorldRefused
from keyturn.cli.world.fields import Fields
from keyturn.cli.world.plans import TenantPlan, World
from keyturn.cli.world.reading import Node


def understand(root: Node) -> World:
    """The world that a file describes; raises WorldRefused with everything that is wrong."""
    complaints: list[Complaint] = []
    top = Fields(root, "", complaints)
    if "tenants" not in top:
        top.complain("tenants", "is missing")
    plans = tuple(_tenant(fields) for fields in top.each("tenants"))
    top.done()
    _complain_about_repetition(plans, complaints)
    if complaints:
        raise WorldRefused(*complaints)
    return World(plans)


def _tenant(fields: Fields) -> TenantPlan:
    frame = tenants.frame(fields)
    region = frame.settings.get("phone_region") or "US"
    profiles = mail.profiles(tenants.mail_holder(fields, frame.switches))
    return TenantPlan(
        place=frame.place,
        slug=frame.slug,
        settings=frame.settings,
        hosts=frame.hosts,
        profiles=profiles,
        locations=mail.locations(fields, profiles or ()),
        providers=tenants.providers(fields),
        operators=tenants.operators(fields),
        permissions=rights.permissions(fields),
        rights_profiles=rights.profiles(fields),
        people=people.people(fields, region),
    )


def _complain_about_repetition(plans: tuple[TenantPlan, ...], complaints: list[Complaint]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for plan in plans:
        for kind, value in [("slug", plan.slug), *(("hosts", host) for host in plan.hosts)]:
            if value and seen.setdefault((kind, value), plan.place.path) != plan.place.path:
                owner = seen[kind, value]
                message = f"{value} is already {owner}'s; hosts and slugs are unique in the installation"
                complaints.append(Complaint(plan.place.line, f"{plan.place.path}.{kind}", message))
