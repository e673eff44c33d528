"""What staff read when something cannot be put on record: every reason in a sentence that says what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.people.core.table import MOST_BYTES, MOST_COLUMNS, FileRefused

_REASONS: dict[str, Promise] = {
    "empty": _("This is needed. Fill it in."),
    "too_long": _("This is too long."),
    "control_character": _("This contains signs that cannot be seen. Type it by hand."),
    "not_unicode": _("This contains signs that are not text. Type it by hand."),
    "not_an_address": _("This is not an email address, like mara@example.com."),
    "bad_domain": _("What stands behind the @ is not the name of a mail domain."),
    "not_a_number": _("This is not a phone number. Type it with its country code, like +1 415 555 0100."),
    "has_extension": _("A number with an extension cannot get text messages. Leave the extension out."),
    "unknown_type": _("There is no such type of number."),
    "unknown_status": _("There is no such status; there are active and inactive."),
    "unknown_language": _("There is no such language; there are en and es."),
    "unknown_provider": _("There is no such cell provider. The settings list them."),
    "not_yes_or_no": _("Write yes or no."),
    "repeated": _("This stands here twice."),
    "identifier_taken": _("Somebody has this user name already. Choose another one."),
    "address_taken": _("This address finds somebody else already. Look for whose it is, or use another one."),
    "number_taken": _("This number is taken already. Use another one, or give it a type that finds nobody."),
    "not_signed_in": _(
        "This person came by a PIN code and has not signed in yet. Until then nothing can be changed but taking "
        "them off record; after a day that happens by itself."
    ),
    "repeated_in_file": _("A line before this one wants the same. Take one of them out."),
    "outranked": _("This person is an operator of your rank or above, whom you may not change."),
    "unknown_permission": _("There is no such permission. The settings list them by their keys."),
    "unknown_profile": _("There is no such profile. The settings list them by their keys."),
    "own_rights": _("These are rights of your own. Nobody changes those; ask a colleague of your rank or above."),
    "broken_quotes": _("A quotation mark of this line is not closed. Put cells with commas in quotation marks."),
    "too_many_cells": _("This line has more cells than there are columns."),
}
_FILES: dict[str, Promise] = {
    "empty": _("The file is empty. Its first line names the columns: identifier, name, and others."),
    "too_large": _("The file is larger than %(most)s MB. Split it."),
    "not_text": _("Line %(about)s is not text in UTF-8 or UTF-16. Save the file as “CSV UTF-8”."),
    "too_many_columns": _("The first line names more than %(most)s columns. Is this the right file?"),
    "unknown_column": _("There is no column %(about)s. The columns are listed below."),
    "repeated_column": _("The column %(about)s stands there twice. Take one out."),
    "missing_column": _("The first line must name the columns, %(about)s among them."),
}
_MOST = {"too_large": MOST_BYTES // 1024 // 1024, "too_many_columns": MOST_COLUMNS}


def explain(reason: str) -> Promise:
    """The sentence for the reason of a people.wanted.PeopleRefused."""
    return _REASONS[reason]


def explain_file(refused: FileRefused) -> str:
    """The sentence for a file that is no table of people."""
    return _FILES[refused.reason] % {"about": refused.about, "most": _MOST.get(refused.reason, "")}
