"""The log of sign-ups: everybody who wanted an account with a PIN, what was decided, and why (M2.9, M2.13)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from keyturn.console import badges
from keyturn.console.filters import Filters, pager
from keyturn.console.guard import guarded
from keyturn.door.answers import go_to, page
from keyturn.enrollment import log, wording
from keyturn.enrollment.core.facts import Door
from keyturn.enrollment.log import Wanted
from keyturn.enrollment.models import SignUp
from keyturn.lib.paging import keyset
from keyturn.people.models import Person

_NEWEST_FIRST = ("-created_at", "-id")
_NOT_FOUND = _("No sign-up has this reference. Compare it sign by sign: eight letters and digits.")
_STATES: dict[str, tuple[Promise, str]] = {
    SignUp.OPEN: (pgettext_lazy("sign-up", "Waits"), badges.QUIET),
    SignUp.ACCEPTED: (_("First sign-in awaited"), badges.WARN),
    SignUp.FINISHED: (pgettext_lazy("sign-up", "Finished"), badges.OK),
    SignUp.REFUSED: (pgettext_lazy("sign-up", "Refused"), badges.BAD),
    SignUp.VANISHED: (pgettext_lazy("sign-up", "Vanished"), badges.BAD),
}
_DOORS: dict[str, Promise] = {Door.WEB: _("Web pages"), Door.API: _("App")}
_RULES = {"passed": ("ok", _("holds")), "refused": ("bad", _("refused here")), "not_asked": ("", _("not asked"))}


@require_safe
@guarded("enrollment.view_pin")
def listing(request: HttpRequest) -> HttpResponse:
    """All sign-ups, newest first; a reference that was typed goes to its own page."""
    filters = Filters(request, "reference", "state", "since", "until")
    typed = filters.text("reference")
    if told := log.by_reference(typed):
        return go_to("console_sign_ups_one", told.reference)
    if typed:
        filters.refuse("reference", _NOT_FOUND)
    wanted = Wanted(filters.choice("state", _STATES), filters.day("since"), filters.day("until"))
    found = keyset(log.matching(wanted), _NEWEST_FIRST, cursor=filters.cursor)
    rows, states = [row_of(sign_up) for sign_up in found.rows], [(name, one[0]) for name, one in _STATES.items()]
    values = {"form": filters, "rows": rows, "pager": pager(found, filters), "states": states}
    return page(request, "console/sign_ups/list.html", values)


@require_safe
@guarded("enrollment.view_pin")
def one(request: HttpRequest, shown: str) -> HttpResponse:
    """One sign-up, with what each rule said."""
    sign_up = log.by_reference(shown)
    if sign_up is None:
        raise Http404
    rules = [_rule(name, outcome) for name, outcome in sign_up.outcomes]
    return page(request, "console/sign_ups/one.html", {"sign_up": sign_up, "row": row_of(sign_up), "rules": rules})


def row_of(sign_up: SignUp) -> dict[str, Any]:
    """A sign-up in words, as lists show it."""
    words, badge = _STATES[_state(sign_up)]
    return {
        "sign_up": sign_up,
        "state": words,
        "badge": badge,
        "door": _DOORS.get(sign_up.door, sign_up.door),
        "why": wording.of_sign_up(sign_up.reason) if sign_up.reason else "",
        "waits": sign_up.state == SignUp.OPEN,
        "is_refused": sign_up.state in (SignUp.REFUSED, SignUp.VANISHED),
    }


def _state(sign_up: SignUp) -> str:
    """Its state; whoever signed in since has finished, though the duty that writes it down has not come by."""
    has_signed_in = sign_up.person is not None and sign_up.person.status != Person.PENDING
    return SignUp.FINISHED if sign_up.state == SignUp.ACCEPTED and has_signed_in else sign_up.state


def _rule(name: str, outcome: str) -> dict[str, Any]:
    icon, words = _RULES.get(outcome, ("", outcome))
    return {"name": wording.of_rule(name), "icon": icon, "outcome": words}
