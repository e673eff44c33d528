"""Forms of pages: what was typed, what of it may be shown again, and what is wrong with it, at its field.

Everything here comes from strangers. A secret is handed on and never shown again.
"""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.lib import text

Sentence = str | Promise

DOES_NOT_SUFFICE = _("This password does not suffice yet. See below what is missing.")
NOT_THE_SAME = _("The two passwords are not the same. Type them once more.")


@dataclass
class Field:
    """One field: `value` is what is shown again, `focus` is where the cursor goes."""

    name: str
    value: str = ""
    error: Sentence = ""
    focus: bool = False


class Form(dict[str, Field]):
    """The fields of a page by their names, in the order in which they stand there."""

    EMPTY: dict[str, Sentence] = {
        "password": _("Type your password."),
        "new_password": _("Choose a new password."),
        "confirm_password": _("Type the new password once more."),
    }
    REFUSED: dict[str, Sentence] = {
        "too_long": _("This is too long."),
        "control_character": _("This contains signs that cannot be seen. Type it by hand."),
        "not_unicode": _("This contains signs that are not text. Type it by hand."),
        "twice": _("This field was sent twice. Reload the page and try again."),
    }

    def __init__(self, *names: str, posted: QueryDict | None = None):
        super().__init__((name, Field(name)) for name in names)
        self.refused_words: Sentence = ""
        self._posted = posted if posted is not None else QueryDict()

    @property
    def refused(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.refused_words) or any(field.error for field in self.values())

    def refuse(self, name: str, words: Sentence) -> None:
        """Say at a field what is wrong with it; the cursor goes to the first such field of the page."""
        self[name].error = self[name].error or words
        first = next(field for field in self.values() if field.error)
        for field in self.values():
            field.focus = field is first

    def refuse_all(self, words: Sentence, *, focus: str) -> None:
        """Say above the form what is wrong with all of it."""
        self.refused_words = words
        self[focus].focus = True

    def line(self, name: str, *, at_most: int) -> str:
        """One line of text, which is shown again; empty when it was refused."""
        try:
            self[name].value = text.line(self.only(name), at_most=at_most)
        except text.TextRefused as problem:
            self.refuse_text(name, problem.reason)
        return self[name].value

    def secret(self, name: str) -> str:
        """A password as typed, every keyboard's in the same form; empty when it was refused."""
        try:
            return text.secret(self.only(name))
        except text.TextRefused as problem:
            self.refuse_text(name, problem.reason)
            return ""

    def new_password(self) -> str:
        """The new password, typed twice the same; empty when it was refused."""
        new, again = self.secret("new_password"), self.secret("confirm_password")
        if new and again and new != again:
            self.refuse("confirm_password", NOT_THE_SAME)
            return ""
        return new if again else ""

    def only(self, name: str) -> str:
        """What was sent for a field; a field sent twice is refused, because two readers may take different ones."""
        sent = self._posted.getlist(name)
        if len(sent) > 1:
            self.refuse(name, self.REFUSED["twice"])
            return ""
        return sent[0] if sent else ""

    def refuse_text(self, name: str, reason: str) -> None:
        """Say what is wrong with a text, by the reason that lib.text gave."""
        self.refuse(name, self.EMPTY[name] if reason == "empty" else self.REFUSED[reason])
