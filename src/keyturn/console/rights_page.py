"""What the pages of permissions and profiles share: who may change them, the frame, the question before removing."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from keyturn.console import settings_page
from keyturn.console.guard import actor
from keyturn.console.row_form import CHECK, RowForm, Spec
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.lib.edits import EditLost, Seen
from keyturn.people.rights import catalogue, core, wording
from keyturn.people.rights.catalogue import StillHeld
from keyturn.people.rights.models import Permission, Profile
from keyturn.people.rights.wanted import LONGEST_KEY, RightsRefused
from keyturn.tenants import tabs

CHANGE = "people.change_rights"
TAB = "rights"
KEY = Spec("key", _("Key"), _("What programs read, like dispatch. It cannot be changed later."), longest=LONGEST_KEY)
LABEL = Spec("label", _("Label"), _("What operators read here."), longest=100)
CLONEABLE = Spec(
    "is_cloneable",
    _("PIN codes pass it on"),
    _("A new user gets it from the owner of the PIN code. Off, it stays with those to whom operators gave it."),
    kind=CHECK,
)


def line(row: Permission) -> dict[str, Any]:
    """A permission as lists show it: `is_reserved` where no PIN code passes it on, whatever is ticked."""
    return {"row": row, "is_reserved": row.kind in core.RESERVED, "kind": row.get_kind_display()}


def profile_line(row: Profile, known: core.Catalogue) -> dict[str, Any]:
    """A profile as lists show it; `is_whole` where a PIN code passes it on as such."""
    one = known.profiles[row.key]
    return {"row": row, "permissions": sorted(one.permissions), "is_whole": core.passes_whole(one, known)}


def reserved() -> list[dict[str, Any]]:
    """Every kind that can never be cloned, and why."""
    kinds = Permission.Kind
    return [{"label": one.label, "why": wording.of_kind(one.value)} for one in kinds if one.value in core.RESERVED]


def framed(request: HttpRequest, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a page about one permission or profile."""
    may_change = request.operator.has_perm(CHANGE)
    return settings_page.framed(request, tabs.tab_of(TAB), {"may_change": may_change} | values)


def refuse(form: RowForm, refused: RightsRefused) -> None:
    """Say at its field what cannot be kept; what is about the ticks, above the form."""
    if refused.field in form:
        form.refuse(refused.field, wording.explain(refused.reason))
    else:
        form.refused_words = wording.explain(refused.reason)


def differences(form: RowForm, kept: RowForm, specs: tuple[Spec, ...]) -> list[dict[str, str]]:
    """What others made of it; whoever saves again then means the newer one."""
    form["version"].value = kept["version"].value
    return settings_page.differences(form, kept, specs, beside=set())


def ask(request: HttpRequest, row: Permission | Profile, path: str, *, is_changed: bool = False) -> HttpResponse:
    """The question before removing: from how many people. `path` is the way back."""
    values = {"row": row, "people": catalogue.holders(row).count(), "path": path, "is_changed": is_changed}
    status = settings_page.OVERTAKEN if is_changed else 200
    return render(request, "console/rights/remove.html", values, status=status)


def remove(request: HttpRequest, row: Permission | Profile, path: str, remove: Callable[..., None]) -> HttpResponse:
    """Remove it, if no more people hold it than were told; otherwise the question again."""
    try:
        seen = Seen(row, _number(request, "version"))
        remove(seen, _number(request, "people"), clock.now(), actor=actor(request))
    except (StillHeld, EditLost):
        return ask(request, row, path, is_changed=True)
    return saved()


def saved() -> HttpResponse:
    """Back to the list."""
    return go_to("console_settings_tab", TAB, query="notice=saved")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
