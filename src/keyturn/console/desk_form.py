"""What an operator types at the desk: why, the caller's code, a password that was told."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyturn.door import forms
from keyturn.passwords.core.judge import Judgement

LONGEST_NOTE = 200


class DeskForm(forms.Form):
    """The fields of both ways to reset; a page shows those that it asks for."""

    EMPTY = forms.Form.EMPTY | {
        "note": _("Say why, in a few words or by the number of your ticket."),
        "code": _("Type the six digits that the caller reads out."),
        "new_password": _("Type the password that the caller tells you."),
    }

    def __init__(self, *, posted: QueryDict | None = None):
        super().__init__("code", "note", "new_password", posted=posted)
        self.is_compromised = self.is_ticked("compromised")
        self.is_temporary = self.is_ticked("temporary")
        self.judgement: Judgement | None = None  # of the password that was sent

    def note(self) -> str:
        """Why; empty when it was refused."""
        return self.line("note", at_most=LONGEST_NOTE)

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self._posted.getlist(name) == ["on"]

    def only_of(self, name: str) -> str:
        """What was chosen of a list; nothing when it was sent twice."""
        sent = self._posted.getlist(name)
        return sent[0] if len(sent) == 1 else ""
