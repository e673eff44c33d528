"""A PIN as the console shows it: in which state it is, and what it would pass on to a new user, in words."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyturn.console import badges
from keyturn.console.names import Names
from keyturn.console.pin_form import REFUSED
from keyturn.console.rights_form import EFFECTS
from keyturn.enrollment import mailing, offers, pins, tree
from keyturn.enrollment import wording as enrollment_wording
from keyturn.enrollment.models import Pin, PinMailing
from keyturn.enrollment.pins import Ended
from keyturn.operators.models import Operator
from keyturn.outbox import locations, profiles
from keyturn.people.models import Person
from keyturn.people.rights import catalogue, core, wording
from keyturn.people.rights.core import Catalogue, CompanyException, Offer
from keyturn.recovery import desk
from keyturn.tenants.models import PinSignUp, Tenant

Words = str | Promise
_SHOWN = 20

_KINDS: dict[str, Words] = {
    core.PERMISSION: pgettext_lazy("right", "permission"),
    core.PROFILE: pgettext_lazy("right", "profile"),
    core.COMPANY: pgettext_lazy("right", "company"),
}
_MAILINGS: dict[str, tuple[Words, str]] = {
    PinMailing.AWAITING: (_("Waits for a second operator"), badges.WARN),
    PinMailing.APPROVED: (_("On its way"), badges.QUIET),
    PinMailing.SENT: (_("Sent"), badges.OK),
    PinMailing.REFUSED: (_("Not sent"), badges.BAD),
}
_STATUSES: dict[str, tuple[Words, str]] = {
    Person.ACTIVE: (pgettext_lazy("person", "Active"), badges.OK),
    Person.INACTIVE: (pgettext_lazy("person", "Inactive"), badges.BAD),
    Person.PENDING: (_("Has not signed in yet"), badges.WARN),
}


@dataclass(frozen=True)
class State:
    """How a PIN stands."""

    words: Words
    badge: str
    icon: str
    is_live: bool


_WORKS = State(pgettext_lazy("PIN", "Works"), badges.OK, "ok", is_live=True)
_SLEEPS = State(_("Opens nothing: this person is not active"), badges.BAD, "stop", is_live=False)


def state(pin: Pin, live: Pin | None, now: datetime) -> State:
    """Whether somebody could use this PIN now, and if not, why."""
    if pin.ended_at or pin.expires_at <= now:
        why = pin.ended_because or Ended.EXPIRED
        return State(enrollment_wording.of_end(why), badges.QUIET, "stop", is_live=False)
    return _WORKS if live and live.pk == pin.pk else _SLEEPS


@dataclass(frozen=True)
class Passing:
    """What a PIN of somebody passes on, under a mask, in words."""

    offer: Offer
    catalogue: Catalogue

    @property
    def gets(self) -> list[dict[str, Any]]:
        """What a new user gets, profiles first; `mask` is the name under which it can be left out."""
        rights = self.offer.rights
        lines = [self._line(core.PROFILE, key) for key in sorted(rights.profiles)]
        lines += [self._line(core.PERMISSION, key) for key in sorted(rights.permissions)]
        return lines + [_company(one) for one in sorted(rights.exceptions)]

    @property
    def withheld(self) -> list[dict[str, Any]]:
        """What a new user does not get, and why."""
        return [self._line(one.kind, one.key) | {"why": wording.why(one.reason)} for one in self.offer.withheld]

    @property
    def marks(self) -> list[str]:
        """Under which names something can be left out."""
        return [line["mask"] for line in self.gets if line["mask"]]

    def _line(self, kind: str, key: str) -> dict[str, Any]:
        return {
            "mask": core.mark(kind, key),
            "label": self._label(kind, key),
            "kind": _KINDS[kind],
            "holds": self._holds(key) if kind == core.PROFILE else [],
            "is_elevated": kind == core.PERMISSION and key in self.offer.elevated,
        }

    def _label(self, kind: str, key: str) -> str:
        known = {core.PERMISSION: self.catalogue.permissions, core.PROFILE: self.catalogue.profiles}.get(kind, {})
        return known[key].label or key if key in known else key

    def _holds(self, key: str) -> list[str]:
        profile = self.catalogue.profiles.get(key)
        return [self._label(core.PERMISSION, one) for one in sorted(profile.permissions)] if profile else []


def of(person: Person, tenant: Tenant, now: datetime) -> dict[str, Any]:
    """What the tab shows of somebody's latest PIN, of the mails that carried it, and of who came by any."""
    pin = Pin.objects.filter(owner=person).order_by("-issued_at").first()
    shown = {"pin": pin, "mode_is_off": tenant.pin_sign_up == PinSignUp.OFF} | _family(person)
    if pin:
        shown |= {"masked": pins.shown(pin), "state": state(pin, pins.of(person, now), now)} | _mailed(pin)
        shown["offer"] = passed_on(pin) if shown["state"].is_live else None
    return shown


def allowed(operator: Operator, person: Person) -> dict[str, Any]:
    """What this operator may do with it, and why not."""
    may, stopped = operator.has_perm, stops(operator, person)
    return {
        "may_issue": may("enrollment.issue_pin") and not stopped,
        "may_disable": may("enrollment.disable_made") and not stopped,
        "may_set": may("tenants.change_settings"),
        "stopped": stopped if may("enrollment.issue_pin") else "",
    }


def stops(operator: Operator, person: Person) -> Words:
    """Why this operator must not act on this person; empty where nothing is against it."""
    return REFUSED["owner", "outranked"] if desk.outranks(person, operator) else ""


def passing(owner: Person) -> Passing:
    """What a PIN of this person would pass on now."""
    return Passing(offers.of_owner(owner), catalogue.read())


def passed_on(pin: Pin) -> Passing:
    """What a PIN that was given passes on now."""
    return Passing(offers.of_pin(pin), catalogue.read())


def _company(one: CompanyException) -> dict[str, Any]:
    """A company that is denied has no mask: to leave it out would be to pass on more."""
    mask = core.mark(core.COMPANY, one.company) if one.effect == core.ALLOW else ""
    return {"mask": mask, "label": one.company, "kind": EFFECTS[one.effect], "holds": [], "is_elevated": False}


def sent_with(operator: Operator) -> dict[str, Any]:
    """By which mail servers this operator's mails with a PIN go: those of the default location, or the tenant's."""
    location = locations.found(operator.default_location_id)  # a visitor's may be elsewhere
    return {"location": location, "servers": profiles.names(location.pk if location else None)}


def _family(person: Person) -> dict[str, Any]:
    """Where somebody came from, and who came by their PINs; those can be disabled, PIN by PIN."""
    family = tree.family(person)
    nodes = family.flat()
    by_pin = Pin.objects.in_bulk({node.pin_id for node in nodes if node.pin_id})
    lines = [{"node": node, "pin": by_pin.get(node.pin_id)} | _status(node.person) for node in nodes]
    own = Counter(node.pin_id for node in family.root.brought if node.pin_id in by_pin)
    return {
        "origin": tree.origin(person),
        "tree": lines,
        "tree_is_cut": family.is_cut,
        "disablable": [{"pin": by_pin[pin_id], "many": many} for pin_id, many in own.items()],
    }


def _status(person: Person) -> dict[str, Any]:
    words, badge = _STATUSES[person.status]
    return {"words": words, "badge": badge}


def _mailed(pin: Pin) -> dict[str, Any]:
    rows = mailing.of_pin(pin, _SHOWN)
    names = Names([pin.issued_by, *(row.asked_by for row in rows), *(row.approved_by for row in rows)])
    return {"issued_by": names.of(pin.issued_by).words, "mailings": [_mailing(row, names) for row in rows]}


def _mailing(row: PinMailing, names: Names) -> dict[str, Any]:
    words, badge = _MAILINGS[row.state]
    why = enrollment_wording.of_mailing(row.reason) if row.reason else ""
    by = [names.of(mark).words for mark in (row.asked_by, row.approved_by) if mark]
    is_other = row.to.lower() != row.own_address.lower()
    return {"row": row, "by": by, "words": words, "badge": badge, "why": why, "is_other": is_other}
