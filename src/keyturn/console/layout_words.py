"""What the pages of layouts say: channels, messages, problems and refusals in words, each with what to do next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.console.layout_form import LABELS
from keyturn.console.row_form import SENTENCES
from keyturn.door.forms import Form
from keyturn.outbox import saying
from keyturn.outbox.layouts.core.problems import Problem, Weight
from keyturn.outbox.layouts.core.words import WordsRefused
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.layouts.variables import VARIABLES
from keyturn.outbox.merge import MergeRefused
from keyturn.outbox.trials import TrialRefused

Sentence = str | Promise

CHANNELS: Mapping[str, Sentence] = {"email": _("Email"), "sms": _("Text message")}
_PROBLEMS: Mapping[str, Sentence] = {
    "empty": _("This may not be empty."),
    "line_break": _("A subject is one line."),
    "missing_item": _("%(item)s must be in it: without it the message is of no use."),
    "item_not_alone": _("%(item)s must stand on a line of its own, where people and programs find it."),
    "item_in_address": _("%(item)s stands inside an address. Let a link be one item and nothing else."),
    "secret_in_subject": _("%(item)s is a secret, and subjects are read over shoulders. Leave it to the text."),
    "unknown_item": _("%(item)s is no merge item of this message, so it goes out just as it stands here."),
    "foreign_link": _(
        "This leads to %(item)s, which is not yours. Whoever has that address could change what is there."
    ),
    "removed": _("%(item)s is not allowed in mail and was left out."),
    "more_messages": _("This goes out as %(item)s text messages."),
    "foreign_character": _("“%(item)s” is not in the alphabet of text messages, so only 70 signs fit in each."),
    "too_long": _("This is too long."),
    "too_many_lines": _("These are too many lines."),
    "too_many_items": _("These are too many merge items: 100 may stand in text and HTML together."),
    "too_complex": _("This HTML is nested too deeply or too large to be read. Simplify it."),
    "control_character": _("This contains signs that cannot be seen. Type it by hand."),
    "not_unicode": _("This contains signs that are not text. Type it by hand."),
}
_UNSHOWN = _("This cannot be shown. Change it.")
_ITEMS = ("missing_item", "item_not_alone", "item_in_address", "secret_in_subject", "unknown_item")
REFUSED: Mapping[str, Sentence] = {
    "no_environment_name": _("Your organization has no environment name yet, and layouts borrow it."),
    "empty": _PROBLEMS["empty"],
    "too_long": _PROBLEMS["too_long"],
    "control_character": _PROBLEMS["control_character"],
    "not_unicode": _PROBLEMS["not_unicode"],
    "taken": _("There is a layout of this name already."),
    "no_such_layout": _("There is no layout of this name. Names are exact, capitals and blanks included."),
    "other_purpose": _("This layout is for another message, or for another channel."),
    "no_words": _("This layout has no words yet. Write them first."),
    "too_many": _("There are as many as there may be. Remove one first."),
    "in_use": _("Variables point here. Point them elsewhere first."),
}


@dataclass(frozen=True)
class Told:
    """A problem as the page shows it."""

    problem: Problem
    field: Sentence
    sentence: str

    @property
    def refuses(self) -> bool:
        """Whether the words cannot be saved with it."""
        return self.problem.weight == Weight.REFUSE

    @property
    def asks(self) -> bool:
        """Whether the words can be saved once somebody said that it is meant."""
        return self.problem.weight == Weight.CONFIRM


def messages() -> dict[str, str]:
    """Every kind of message on each of its channels, by the variable that decides on it, as a form offers them."""
    return {name: f"{saying.purpose(one.purpose)} · {CHANNELS[one.channel]}" for name, one in VARIABLES.items()}


def told(problem: Problem) -> Told:
    """A problem in words."""
    item = f"!{problem.item}!" if problem.code in _ITEMS else problem.item
    sentence = _PROBLEMS.get(problem.code, _UNSHOWN)
    return Told(problem, LABELS.get(problem.field, ""), str(sentence) % {"item": item})


def refuse_test(form: Form, problem: LayoutRefused | MergeRefused | TrialRefused | WordsRefused) -> None:
    """Say at its field why a test cannot begin."""
    field = getattr(problem, "field", "text")
    sentences = SENTENCES | _PROBLEMS if field in LABELS else {}
    form.refuse(field if field in form else "text", sentences.get(problem.reason, _UNSHOWN))


def refuse(form: Form, problems: Iterable[Problem]) -> None:
    """Say at each field what keeps it from being saved."""
    for one in map(told, problems):
        if one.refuses and one.problem.field in form:
            form.refuse(one.problem.field, one.sentence)
        elif one.refuses:
            form.refuse_all(one.sentence, focus="text")
