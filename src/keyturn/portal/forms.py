"""The fields that only a person's pages have: the user name and the code."""

from django.utils.translation import gettext_lazy as _

from keyturn.door import forms
from keyturn.people import identifiers
from keyturn.recovery.core import ticket

LONGEST_CODE = 40

NOT_A_USER_NAME = _("This does not look like a user name. If it is an email address, type all of it.")
NOT_SIX_DIGITS = _("The code is six digits. Copy it from the message.")


class Form(forms.Form):
    """A form that knows how a user name and a code are read."""

    EMPTY = forms.Form.EMPTY | {
        "identifier": _("Type your user name."),
        "code": _("Type the six digits from the message."),
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
