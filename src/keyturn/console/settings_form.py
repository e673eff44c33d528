"""The forms of the settings pages, made from the columns of a tenant: what stands in them, and what was typed."""

import re
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from keyturn.console import presenting
from keyturn.door.forms import Form
from keyturn.tenants import checking
from keyturn.tenants.checking import SettingRefused
from keyturn.tenants.models import Tenant
from keyturn.tenants.tabs import Setting, Tab

CHECK, CHOICE, NUMBER, LINES, TEXT = "check", "choice", "number", "lines", "text"
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_LONGEST_LINES = 10_000


@dataclass(frozen=True)
class Choice:
    """One of several, and what it costs."""

    value: str
    words: str
    cost: str
    is_chosen: bool


class SettingsForm(Form):
    """A tab as a form: filled from the tenant, or from what was sent."""

    def __init__(self, tab: Tab, tenant: Tenant, posted: QueryDict | None = None):
        super().__init__("version", *(setting.name for setting in tab.settings), posted=posted)
        self.tab = tab
        self["version"].value = str(tenant.settings_version) if posted is None else self.only("version")
        for setting in tab.settings:
            if posted is None:
                self[setting.name].value = typed(setting.column, getattr(tenant, setting.name))

    @property
    def version(self) -> int:
        """The version of the settings that the form was made from; one that cannot be is never the present one."""
        sent = self["version"].value
        return int(sent) if _NUMBER.fullmatch(sent) else -1

    def wanted(self) -> dict[str, Any]:
        """What was typed, as values; what cannot be one is refused at its field."""
        wanted = {}
        for setting in self.tab.settings:
            try:
                wanted[setting.name] = checking.checked(setting.name, self._read(setting))
            except SettingRefused as problem:
                self.refuse(problem.name, problem.sentence)
        return wanted

    def shown(self) -> list[dict[str, Any]]:
        """The fields as the template shows them."""
        return [self._shown(setting) for setting in self.tab.settings]

    def _read(self, setting: Setting) -> Any:
        column, sent = setting.column, self.only(setting.name)
        self[setting.name].value = sent[:_LONGEST_LINES]
        if isinstance(column, models.BooleanField):
            return sent == "on"
        if isinstance(column, models.JSONField):
            return sent[:_LONGEST_LINES].splitlines()
        if not isinstance(column, models.IntegerField):
            return sent
        if not sent.strip() and column.null:
            return None
        if not _NUMBER.fullmatch(sent.strip()):
            raise SettingRefused(setting.name, _("Write a whole number."))
        return int(sent)

    def _shown(self, setting: Setting) -> dict[str, Any]:
        column, field = setting.column, self[setting.name]
        least, most = presenting.bounds(column)
        return {
            "field": field,
            "label": setting.label,
            "hint": column.help_text,
            "beside": setting.beside,
            "kind": _kind(column),
            "is_on": field.value == "on",
            "choices": [
                Choice(str(value), str(words), str(setting.costs.get(value, "")), str(value) == field.value)
                for value, words in column.choices or ()
            ],
            "least": least,
            "most": most,
            "longest": getattr(column, "max_length", None),
            "bounds": presenting.bounds_in_words(column),
        }


def typed(column: models.Field, value: Any) -> str:
    """A value as it would be typed."""
    if isinstance(column, models.BooleanField):
        return "on" if value else ""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _kind(column: models.Field) -> str:
    if isinstance(column, models.BooleanField):
        return CHECK
    if column.choices:
        return CHOICE
    if isinstance(column, models.JSONField):
        return LINES
    return NUMBER if isinstance(column, models.IntegerField) else TEXT
