"""Reading what somebody wants to put into the catalogue of rights, or to give a person: words from outside."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keyturn.lib import text
from keyturn.people.rights.core import ALLOW, DENY, CompanyException, Kind

MOST_PERMISSIONS, MOST_PROFILES = 200, 50  # of one organization; one form of the console sends them all
MOST_COMPANIES = 40  # exceptions of one person
LONGEST_KEY = 60
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")


class RightsRefused(ValueError):
    """What is wanted cannot be kept. `field` names what, `reason` is one of:

    empty, too_long, control_character, not_unicode, not_a_key, taken, too_many, unknown_kind, unknown_permission,
    unknown_profile, unknown_effect, repeated. `place` says which of several rows it was.
    """

    def __init__(self, reason: str, field: str, place: int = 0):
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field
        self.place = place


@dataclass(frozen=True)
class NewPermission:
    """A permission as somebody describes it."""

    key: str
    label: str
    kind: str = Kind.PLAIN
    is_cloneable: bool = True


@dataclass(frozen=True)
class NewProfile:
    """A profile as somebody describes it: `permissions` are keys."""

    key: str
    label: str
    permissions: frozenset[str] = frozenset()
    is_cloneable: bool = True


def key(raw: str) -> str:
    """A key: what programs read, so letters and digits without accents, and . _ : - between them."""
    found = line(raw, "key", LONGEST_KEY)
    if not _KEY.fullmatch(found):
        raise RightsRefused("not_a_key", "key")
    return found


def label(raw: str) -> str:
    """What operators read in place of the key."""
    return line(raw, "label", 100)


def kind(raw: str) -> str:
    """A kind there is."""
    if raw not in set(Kind):
        raise RightsRefused("unknown_kind", "kind")
    return str(raw)


def among(keys: Iterable[str], known: Mapping[str, object], field: str, reason: str) -> frozenset[str]:
    """These keys, all of which must be known."""
    found = frozenset(keys)
    if found - known.keys():
        raise RightsRefused(reason, field)
    return found


def exceptions(given: Iterable[CompanyException]) -> frozenset[CompanyException]:
    """Company exceptions, each company once, in whatever capitals it is written."""
    found: dict[str, CompanyException] = {}
    for place, one in enumerate(given):
        if place >= MOST_COMPANIES:
            raise RightsRefused("too_many", "company_exceptions", place)
        company = line(one.company, "company_exceptions", 100, place)
        if one.effect not in (ALLOW, DENY):
            raise RightsRefused("unknown_effect", "company_exceptions", place)
        if company.casefold() in found:
            raise RightsRefused("repeated", "company_exceptions", place)
        found[company.casefold()] = CompanyException(company, one.effect)
    return frozenset(found.values())


def line(raw: str, field: str, at_most: int, place: int = 0) -> str:
    """One line of text, at its field."""
    try:
        return text.line(raw, at_most=at_most)
    except text.TextRefused as problem:
        raise RightsRefused(problem.reason, field, place) from problem
