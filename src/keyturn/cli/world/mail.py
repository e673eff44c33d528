"""The mail of a world file: a tenant's profiles, and its locations with profiles of their own."""

from collections.abc import Iterable

from keyturn.cli.world.fields import Fields, shown
from keyturn.cli.world.plans import LocationPlan
from keyturn.cli.world.texts import line_of
from keyturn.outbox import profiles as mail_profiles
from keyturn.outbox.mail_services import SERVICES, SMTP
from keyturn.outbox.profiles import NewProfile
from keyturn.outbox.transports.server import STARTTLS


def profiles(fields: Fields) -> tuple[NewProfile, ...] | None:
    """The mail profiles in their order, or None when the file says nothing about them."""
    if "mail_profiles" not in fields:
        return None
    found = [_profile(one, position) for position, one in enumerate(fields.each("mail_profiles"))]
    each_once([one.name for one in found], "mail_profiles", fields)
    return tuple(found)


def locations(fields: Fields, taken: Iterable[NewProfile]) -> tuple[LocationPlan, ...]:
    """The locations; a profile's name is the only one in the whole tenant, for the delivery log calls it by that."""
    names = {one.name for one in taken}
    found = []
    for one in fields.each("locations"):
        plan = LocationPlan(line_of(one, "name", 100, required=True), profiles(one))
        for profile in plan.profiles or ():
            if profile.name in names:
                one.complain("mail_profiles", f"{shown(profile.name)} is another profile of this tenant already")
            names.add(profile.name)
        found.append(plan)
    each_once([plan.name for plan in found], "locations", fields)
    return tuple(found)


def each_once(names: list[str], kind: str, fields: Fields) -> None:
    """Complain about what stands twice in a list."""
    for place, one in enumerate(names):
        if one and one in names[:place]:
            fields.complain(f"{kind}[{place}].name", f"{shown(one)} stands here twice")


def _profile(fields: Fields, position: int) -> NewProfile:
    service = fields.word("service", (SMTP, *SERVICES), default=SMTP)
    is_server = service == SMTP
    described = NewProfile(
        name=fields.text("name") or fields.text("host") or ("" if is_server else service),
        host=fields.text("host", required=True) if is_server else "",
        port=fields.number("port") if is_server else 0,
        tls=fields.text("tls", default=STARTTLS) if is_server else STARTTLS,
        username=fields.text("username"),
        password=fields.text("password", required=not is_server),
        from_address=fields.text("from_address"),
        from_name=fields.text("from_name"),
        position=position,
        service=service,
        region="" if is_server else fields.text("region"),
        domain="" if is_server else fields.text("domain"),
    )
    if described.host or (not is_server and described.password):
        try:
            mail_profiles.checked(described)
        except mail_profiles.ProfileRefused as problem:
            fields.complain(problem.field, f"cannot be used: {problem.reason}")
    return described
