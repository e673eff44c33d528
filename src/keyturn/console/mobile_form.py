"""The form of the tab *Mobile user*: the person's switch, and who carries their text messages."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyturn.door.forms import Form
from keyturn.outbox.models import CellProvider
from keyturn.people import wording
from keyturn.people.models import Person

LABELS = {"allowed": _("Allow mobile password reset"), "provider": _("Cell provider")}


class MobileForm(Form):
    """Two fields, and the version they were made from."""

    def __init__(self, person: Person, posted: QueryDict | None = None):
        super().__init__("allowed", "provider", posted=posted)
        self.providers = list(CellProvider.objects.order_by("name"))
        now = _values(person)
        for name, field in self.items():
            field.value = now[name] if posted is None else self.only(name)
        text = self._posted.get("version", "")
        self.version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else person.version
        known = {str(one.pk) for one in self.providers}
        if self["provider"].value and self["provider"].value not in known:
            self.refuse("provider", wording.explain("unknown_provider"))

    def wished(self) -> dict[str, Any]:
        """What the form says, as people.changes.update takes it."""
        chosen = next((one.pk for one in self.providers if str(one.pk) == self["provider"].value), None)
        return {"allow_mobile_password_reset": bool(self["allowed"].value), "cell_provider_id": chosen}

    def changed_meanwhile(self, person: Person) -> list[dict[str, Any]]:
        """What stands there now where it is not what was chosen here."""
        self.version = person.version
        names = {"on": _("on")} | {str(one.pk): one.name for one in self.providers}
        now = _values(person)
        return [
            {"label": LABELS[name], "was": "", "now": names.get(now[name], "")}
            for name, field in self.items()
            if field.value != now[name]
        ]


def _values(person: Person) -> dict[str, str]:
    allowed = "on" if person.allow_mobile_password_reset else ""
    return {"allowed": allowed, "provider": str(person.cell_provider_id or "")}
