"""Forms of rows that operators edit (servers, providers, keys): their fields, what was typed, what was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyturn.console.settings_form import CHECK, CHOICE, TEXT, Choice
from keyturn.door.forms import Form, Sentence

SECRET = "secret"  # noqa: S105 -- a kind of field
_LONGEST = 2_000  # signs shown again of anything; more was refused anyway

SENTENCES: dict[str, Sentence] = {
    "empty": _("This may not be empty."),
    "too_long": _("This is too long."),
    "control_character": _("This contains signs that cannot be seen. Type it by hand."),
    "not_unicode": _("This contains signs that are not text. Type it by hand."),
    "taken": _("There is one of this name already."),
    "too_many": _("There are as many as there may be. Remove one first."),
    "not_a_host": _("Write a host name or an IP address, like mail.example.com."),
    "not_a_port": _("Write a port between 1 and 65535, or nothing for the usual one."),
    "not_a_mode": _("Choose one of these."),
    "not_a_choice": _("Choose one of these."),
    "not_ascii": _("Only the letters, digits and signs of an English keyboard can be sent."),
    "not_an_address": _("Write an email address, like name@example.com."),
    "bad_domain": _("The part after the @ is no domain."),
    "needs_tls": _("A secret would travel unprotected. Choose a protected connection."),
    "retype_password": _("Type the password again: it was kept for another server, port or user name."),
    "retype_secret": _("Type the key again: it was kept for another address."),
    "not_a_domain": _("Write a domain, like sms.example.net."),
    "not_a_format": _("Use {national}, {cc}, letters, digits and + . _ - only; {national} must be in it."),
    "not_a_date": _("Write a day like 2026-12-31, or nothing."),
    "not_a_url": _("Write an address that begins with https://."),
    "not_a_field": _("Letters, digits, dots, hyphens and underscores only; [] at the end for a list."),
    "the_same_field": _("Two fields may not have the same name."),
    "not_a_header": _("This cannot be the name of a header."),
    "not_a_number": _("Write a telephone number, with its country code or one of your own country."),
    "has_extension": _("A number with an extension takes no text messages."),
    "sms_cap": _("The text messages of this day are used up. See “Text messages in a day”."),
    "not_a_token": _("Only the letters, digits and signs of an English keyboard, without blanks."),
    "repeated": _("There is one of this name already."),
    "not_a_count": _("Write a whole number, or nothing."),
    "no_scope": _("Tick what the key may do."),
    "unknown_scope": _("Choose one of these."),
}


@dataclass(frozen=True)
class Spec:
    """One field: its name, what it is called, what it is for; `costs` says more of each choice, in one sentence."""

    name: str
    label: Sentence
    hint: Sentence = ""
    kind: str = TEXT
    longest: int = 200
    choices: Mapping[str, Sentence] = field(default_factory=dict)
    costs: Mapping[str, Sentence] = field(default_factory=dict)


class RowForm(Form):
    """A form of such fields: filled from a row, or from what was sent. A secret is never filled in."""

    def __init__(self, specs: tuple[Spec, ...], values: Mapping[str, Any], posted: QueryDict | None = None):
        super().__init__("version", *(spec.name for spec in specs), posted=posted)
        self._specs = specs
        self.secrets: dict[str, str] = {}
        self["version"].value = str(values.get("version", 0)) if posted is None else self.only("version")
        for spec in specs:
            sent = _typed(values.get(spec.name, "")) if posted is None else self.only(spec.name)
            if spec.kind == SECRET:
                self.secrets[spec.name] = sent if posted is not None else ""
            else:
                self[spec.name].value = sent[:_LONGEST]

    @property
    def version(self) -> int:
        """The version of the row that the form was made from; -1 for what cannot be one."""
        sent = self["version"].value
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1

    def text(self, name: str) -> str:
        """What was typed into a field."""
        return self.secrets[name] if name in self.secrets else self[name].value

    def refuse_for(self, problem: Any) -> None:
        """Say a room's refusal at its field; one that is about none of them, at the first."""
        name = problem.field if problem.field in self else self._specs[0].name
        self.refuse(name, SENTENCES.get(problem.reason, SENTENCES["not_a_choice"]))

    def shown(self) -> list[dict[str, Any]]:
        """The fields as the template shows them."""
        return [self._shown(spec) for spec in self._specs]

    def _shown(self, spec: Spec) -> dict[str, Any]:
        one = self[spec.name]
        return {
            "field": one,
            "label": spec.label,
            "hint": spec.hint,
            "kind": spec.kind,
            "is_on": one.value == "on",
            "choices": [
                Choice(value, str(words), str(spec.costs.get(value, "")), value == one.value)
                for value, words in spec.choices.items()
            ],
            "longest": spec.longest,
        }


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


__all__ = ["CHECK", "CHOICE", "SECRET", "SENTENCES", "TEXT", "RowForm", "Spec"]
