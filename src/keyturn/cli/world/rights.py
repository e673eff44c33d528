"""The rights of a world file: a tenant's permissions and profiles, and what a person holds."""

from dataclasses import replace
from typing import Any

from keyturn.cli.world.fields import Fields, shown
from keyturn.cli.world.plans import Place, RightPlan
from keyturn.cli.world.texts import line_of
from keyturn.people.rights import core, wanted
from keyturn.people.rights.core import CompanyException, Kind, Rights
from keyturn.people.rights.wanted import RightsRefused

_SENTENCES = {
    "too_many": f"are more than {wanted.MOST_COMPANIES}",
    "repeated": "stands here twice, perhaps in other capitals",
    "empty": "must not be empty",
}


def permissions(fields: Fields) -> tuple[RightPlan, ...]:
    """What people may do; a kind is one of core.Kind."""
    return _each_once(fields, "permissions", [_permission(one) for one in fields.each("permissions")])


def profiles(fields: Fields) -> tuple[RightPlan, ...]:
    """Bundles of permissions."""
    return _each_once(fields, "profiles", [_profile(one) for one in fields.each("profiles")])


def of_person(fields: Fields) -> Rights:
    """What somebody holds; each of the three lists that is given is the whole list."""
    listed = Rights(frozenset(fields.texts("permissions")), frozenset(fields.texts("profiles")))
    return replace(listed, exceptions=_exceptions(fields))


def _permission(fields: Fields) -> RightPlan:
    said: dict[str, Any] = _common(fields)
    if "kind" in fields:
        said["kind"] = fields.word("kind", [str(kind) for kind in Kind], default=Kind.PLAIN)
    return RightPlan(Place(fields.node.line, fields.path), _key(fields), said)


def _profile(fields: Fields) -> RightPlan:
    said: dict[str, Any] = _common(fields)
    if "permissions" in fields:
        said["permissions"] = frozenset(fields.texts("permissions"))
    return RightPlan(Place(fields.node.line, fields.path), _key(fields), said)


def _common(fields: Fields) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if label := line_of(fields, "label", 100):
        said["label"] = label
    if "cloneable" in fields:
        said["is_cloneable"] = fields.flag("cloneable", default=True)
    return said


def _key(fields: Fields) -> str:
    raw = fields.text("key", required=True)
    if not raw.strip():
        return ""  # `is missing` was said
    try:
        return wanted.key(raw)
    except RightsRefused:
        fields.complain("key", f"is {shown(raw)}; write letters, digits and . _ : -, at most {wanted.LONGEST_KEY}")
        return ""


def _exceptions(fields: Fields) -> frozenset[CompanyException]:
    found = []
    for one in fields.each("company_exceptions"):
        company = line_of(one, "company", 100, required=True)
        effect = one.word("effect", (core.ALLOW, core.DENY), default=core.DENY)
        if company:
            found.append(CompanyException(company, effect))
    try:
        return wanted.exceptions(found)
    except RightsRefused as refused:
        fields.complain("company_exceptions", _SENTENCES.get(refused.reason, refused.reason))
        return frozenset()


def _each_once(fields: Fields, name: str, plans: list[RightPlan]) -> tuple[RightPlan, ...]:
    keys = [plan.key.casefold() for plan in plans]
    for place, key in enumerate(keys):
        if key and key in keys[:place]:
            line = plans[place].place.line
            fields.complain(f"{name}[{place}].key", f"{shown(plans[place].key)} stands here twice", line)
    return tuple(plans)
