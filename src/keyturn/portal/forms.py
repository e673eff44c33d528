"""The fields that only a person's pages have: the user name, the code, and those of signing up with a PIN."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from keyturn.door import forms
from keyturn.enrollment import wording
from keyturn.people import identifiers
from keyturn.people.wording import explain
from keyturn.recovery.core import ticket

LONGEST_CODE = LONGEST_PIN = 40
LONGEST_EMAIL = 254

NOT_A_USER_NAME = _("This does not look like a user name. If it is an email address, type all of it.")
NOT_SIX_DIGITS = _("The code is six digits. Copy it from the message.")


class Form(forms.Form):
    """A form that knows how a user name and a code are read, and what may be wrong with a wish to sign up."""

    EMPTY = forms.Form.EMPTY | {
        "identifier": _("Type your user name."),
        "code": _("Type the six digits from the message."),
        "pin": _("Type the PIN that you were given."),
        "email": _("Type your email address."),
        "username": _("Choose a user name."),
    }

    def identifier(self, pattern: str) -> str:
        """The user name as typed, well formed for this tenant (M4.1); empty when it was refused."""
        cleaned = self.line("identifier", at_most=identifiers.LONGEST)
        if cleaned and not identifiers.well_formed(cleaned, pattern):
            self.refuse("identifier", NOT_A_USER_NAME)
            return ""
        return cleaned

    def code(self) -> str:
        """The six digits, however they were typed; shown again, because they are of no use without the link."""
        typed = self.line("code", at_most=LONGEST_CODE)
        try:
            return ticket.read_code(typed) if typed else ""
        except ticket.CodeMalformed:
            self.refuse("code", NOT_SIX_DIGITS)
            return ""

    def refuse_wish(self, problems: Mapping[str, str]) -> None:
        """Say at its field what is wrong with a wish to sign up, by the reasons of enrollment.wishes."""
        for name, reason in problems.items():
            if reason == "empty":
                self.refuse_text(name, reason)
            else:
                self.refuse(name, wording.of_form(reason) or explain(reason))
