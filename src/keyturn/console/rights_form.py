"""The form of a person's rights: permissions and profiles by tick, company exceptions as rows."""

from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.door.forms import Field, Form
from keyturn.people.models import Person
from keyturn.people.rights import core, models, wanted, wording
from keyturn.people.rights.core import Catalogue, CompanyException, Rights
from keyturn.people.rights.wanted import RightsRefused

LABELS: dict[str, Promise] = {
    "permissions": _("Permissions"),
    "profiles": _("Profiles"),
    "company_exceptions": _("Company exceptions"),
}
EFFECTS: dict[str, Promise] = dict(models.CompanyException.Effect.choices)
_EMPTY_ROWS = 2


class RightsForm(Form):
    """What somebody holds, or what was ticked and typed."""

    def __init__(self, held: Rights, version: int, posted: QueryDict | None = None):
        rows = [f"{name}{place}" for place in range(wanted.MOST_COMPANIES) for name in ("company", "effect")]
        super().__init__("permissions", "profiles", *rows, posted=posted)
        self.ticked = {"permissions": held.permissions, "profiles": held.profiles}
        self.version = version
        if posted is None:
            self._fill(sorted(held.exceptions))
            return
        self.ticked = {name: frozenset(posted.getlist(name)) for name in self.ticked}
        self.version = _number(posted.get("version", ""))
        for name in rows:
            self[name].value = self.only(name)[:200]

    @property
    def companies(self) -> list[dict[str, Field]]:
        """The exceptions there are and some empty lines more, for the page."""
        used = [place for place in range(wanted.MOST_COMPANIES) if self[f"company{place}"].value]
        last = min((used[-1] + 1 if used else 0) + _EMPTY_ROWS, wanted.MOST_COMPANIES)
        return [{"company": self[f"company{place}"], "effect": self[f"effect{place}"]} for place in range(last)]

    def wished(self) -> Rights:
        """What the form says; raises RightsRefused."""
        given = [CompanyException(self[f"company{n}"].value, self[f"effect{n}"].value) for n in self._filled()]
        return Rights(self.ticked["permissions"], self.ticked["profiles"], wanted.exceptions(given))

    def refuse_what(self, refused: RightsRefused) -> None:
        """Say at its field what cannot be held."""
        name = refused.field
        if name == "company_exceptions":
            filled = self._filled() or [0]
            place = filled[min(refused.place, len(filled) - 1)]
            name = f"{'effect' if refused.reason == 'unknown_effect' else 'company'}{place}"
        self.refuse(name, wording.explain(refused.reason))

    def changed_meanwhile(self, person: Person, held: Rights) -> list[dict[str, Any]]:
        """What stands there now where it is not what was ticked or typed here."""
        self.version = person.version
        now = {"permissions": held.permissions, "profiles": held.profiles}
        told = [
            {"label": LABELS[name], "was": "", "now": ", ".join(sorted(keys))}
            for name, keys in now.items()
            if keys != self.ticked[name]
        ]
        typed = {(self[f"company{n}"].value.strip(), self[f"effect{n}"].value) for n in self._filled()}
        if typed != {(one.company, one.effect) for one in held.exceptions}:
            now_told = ", ".join(f"{one.company}: {EFFECTS[one.effect]}" for one in sorted(held.exceptions))
            told.append({"label": LABELS["company_exceptions"], "was": "", "now": now_told})
        return told

    def _fill(self, exceptions: list[CompanyException]) -> None:
        for place, one in enumerate(exceptions):
            self[f"company{place}"].value, self[f"effect{place}"].value = one.company, one.effect

    def _filled(self) -> list[int]:
        return [place for place in range(wanted.MOST_COMPANIES) if self[f"company{place}"].value.strip()]


def ticks(form: RightsForm, known: Catalogue) -> dict[str, list[dict[str, Any]]]:
    """Every permission and profile of the organization, and whether it is ticked."""
    return {
        "permissions": [
            {"one": one, "is_ticked": key in form.ticked["permissions"]}
            for key, one in sorted(known.permissions.items())
        ],
        "profiles": [
            {
                "one": one,
                "is_ticked": key in form.ticked["profiles"],
                "brings": [known.permissions[name] for name in sorted(one.permissions)],
            }
            for key, one in sorted(known.profiles.items())
        ],
    }


def effective(held: Rights, known: Catalogue) -> list[dict[str, Any]]:
    """Everything that these rights come to, and what each comes from."""
    return [
        {
            "one": known.permissions[key],
            "is_own": key in held.permissions,
            "profiles": [
                known.profiles[name] for name in sorted(held.profiles) if key in known.profiles[name].permissions
            ],
        }
        for key in sorted(core.effective(core.Holding(held), known))
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
