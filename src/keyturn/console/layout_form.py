"""The form of the layout builder: words as typed, for whom they are shown, and whether its warnings are meant."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyturn.door.forms import Form, Sentence
from keyturn.outbox.layouts.core.words import Words

WORDS = ("subject", "text", "html")
LABELS: dict[str, Sentence] = {
    "subject": _("Subject"),
    "text": _("Text"),
    "html": _("HTML"),
    "number": _("Number"),
}


class LayoutForm(Form):
    """Filled from what is kept, or from what was sent. Line ends are one sign, whatever the browser made of them."""

    def __init__(self, kept: Words, version: int, posted: QueryDict | None = None):
        super().__init__(*WORDS, "version", "who", "person", "number", posted=posted)
        given = {name: getattr(kept, name) for name in WORDS} | {"version": str(version)}
        for name, one in self.items():
            one.value = given.get(name, "") if posted is None else _lines(self.only(name))
        self.is_confirmed = posted is not None and posted.getlist("confirmed") == ["on"]

    @property
    def words(self) -> Words:
        """What stands in the three fields of words."""
        return Words(*(self[name].value for name in WORDS))

    def shown(self) -> list[dict[str, Any]]:
        """The fields that a test can be refused for, as the part of a page that says so wants them."""
        return [{"label": words, "field": self[name]} for name, words in LABELS.items()]

    @property
    def version(self) -> int:
        """The version that the form was made from; -1 for what cannot be one."""
        return number(self["version"].value)


def number(sent: str) -> int:
    """A number of a version; -1 for what cannot be one."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


def _lines(sent: str) -> str:
    return sent.replace("\r\n", "\n").replace("\r", "\n")
