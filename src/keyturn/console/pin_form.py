"""What an operator types about a PIN: what it leaves out, how long and how often it works, where it is mailed, and
why all that came by it is disabled.
"""

import re
from collections.abc import Collection
from dataclasses import replace

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.door import forms
from keyturn.enrollment import terms
from keyturn.enrollment.terms import PinRefused, Terms
from keyturn.lib import addresses

LONGEST_NOTE, LONGEST_EMAIL, LONGEST_LIST = 200, 254, 1000
_PARTED = re.compile(r"[\s,;]+")
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_RIGHT = Terms()
_FIELDS = {"max_uses": "uses", "fixed_address": "address"}  # as the form calls them; the others have their own name

NOT_AN_ADDRESS: Promise = _("Write an email address, like name@example.com.")
REFUSED: dict[tuple[str, str], Promise] = {
    ("days", "out_of_range"): _("Write a whole number from 1 to 365."),
    ("max_uses", "out_of_range"): _("Write a whole number from 1 to 1000."),
    ("domains", "too_many"): _("Twenty domains at most."),
    ("domains", "bad_domain"): _("One of these is no domain. Write them like movers.example."),
    ("owner", "not_active"): _("This person is not active, and gives no PIN to anybody."),
    ("owner", "outranked"): _("This person is an operator of your rank or above. Ask somebody of higher rank."),
}


class PinForm(forms.Form):
    """The form of every page about a PIN; a page shows the fields that it asks for."""

    EMPTY = forms.Form.EMPTY | {
        "to": _("Write the address that the PIN goes to."),
        "note": _("Say why, in a few words or by the number of your ticket."),
    }

    def __init__(self, *, posted: QueryDict | None = None, **given: str):
        super().__init__("days", "uses", "domains", "address", "to", "note", posted=posted)
        for name, value in given.items():
            self[name].value = value
        self.is_sent = posted is not None

    def left_out(self, offered: Collection[str]) -> list[str]:
        """Of what was offered, all that carried no tick when it was sent. What nobody saw is left out, too."""
        return sorted(set(offered) - set(self._posted.getlist("keep")))

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self._posted.getlist(name) == ["on"]

    def terms(self, offered: Collection[str]) -> Terms | None:
        """What the PIN shall be good for; None when something was refused, at its field."""
        given = Terms(
            days=self._number("days"),
            max_uses=self._number("uses"),
            domains=tuple(filter(None, _PARTED.split(self._optional("domains", LONGEST_LIST)))),
            fixed_address=self._optional("address", LONGEST_EMAIL),
            withheld=frozenset(self.left_out(offered)),
        )
        while True:  # what was refused is put right, to hear everything that is wrong at once
            try:
                read = terms.read(given)
                return None if self.refused else read
            except PinRefused as problem:
                self.refuse_for(problem)
                given = replace(given, **{problem.field: getattr(_RIGHT, problem.field)})

    def refuse_for(self, problem: PinRefused) -> None:
        """Say a refusal at its field, or above the form where it is about the person."""
        words = REFUSED.get((problem.field, problem.reason), NOT_AN_ADDRESS)
        name = _FIELDS.get(problem.field, problem.field)
        if name in self:
            self.refuse(name, words)
        else:
            self.refuse_all(words, focus="days")

    def to(self) -> str:
        """Where the mail goes; empty when it was refused."""
        typed = self.line("to", at_most=LONGEST_EMAIL)
        try:
            return addresses.parse(typed).raw if typed else ""
        except addresses.AddressRefused:
            self.refuse("to", NOT_AN_ADDRESS)
            return ""

    def note(self) -> str:
        """Why; empty when it was refused."""
        return self.line("note", at_most=LONGEST_NOTE)

    @property
    def is_narrow(self) -> bool:
        """Whether anything stands in the fields that are folded away."""
        return any(self[name].value or self[name].error for name in ("domains", "address"))

    def _number(self, name: str) -> int:
        """What was typed; 0, which is refused, for what is no number."""
        typed = self.only(name).strip()
        self[name].value = typed[:20]
        return int(typed) if _NUMBER.fullmatch(typed) else 0

    def _optional(self, name: str, longest: int) -> str:
        return self.line(name, at_most=longest) if self.only(name).strip() else ""
