"""What may be done to an operator, each behind one question: a new link, signing out, the lost factor, off and on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from keyturn.console.guard import guarded
from keyturn.console.views.operators.pages import REFUSED, acting, found, welcomed
from keyturn.door.answers import go_to, page
from keyturn.door.forms import Form
from keyturn.lib import clock
from keyturn.operators import staff
from keyturn.operators.staff import Acting, Invited, Refusal
from keyturn.outbox import welcoming
from keyturn.outbox.welcoming import Mailed


@dataclass(frozen=True)
class Act:
    """One thing that can be done: the question, what it means, the word on the button, and the flow that does it."""

    question: Promise
    meaning: Promise
    word: Promise
    flow: Callable[[Acting, UUID, datetime], Any]
    is_grave: bool = True


ACTS = {
    "link": Act(
        _("Make a new link for %(name)s?"),
        _("For who lost the password, or never used the first link. Earlier links end; the present password and the"
          " second factor stay as they are until the link is used. It goes to their email, where they have one."),
        _("Make a link"),
        welcoming.renew,
        is_grave=False,
    ),
    "sessions": Act(
        _("Sign %(name)s out everywhere?"),
        _("Every browser of theirs has to sign in again."),
        _("Sign out"),
        staff.end_sessions,
    ),
    "factors": Act(
        _("Remove the second factor of %(name)s?"),
        _("Only when phone and key are lost, and you are sure who is asking: call back on a number that you know."
          " App, passkeys and recovery codes stop working, and every session ends."),
        _("Remove the second factor"),
        staff.remove_factors,
    ),
    "off": Act(
        _("Switch %(name)s off?"),
        _("Every session ends at once, and the password opens nothing until somebody switches them on again."),
        _("Switch off"),
        staff.switch_off,
    ),
    "on": Act(
        _("Switch %(name)s on again?"),
        _("The password and the second factor of before open the console again."),
        _("Switch on"),
        staff.switch_on,
        is_grave=False,
    ),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("operators.change_operator", outside=True, confirmed=True)
def act(request: HttpRequest, operator_id: UUID, name: str) -> HttpResponse:
    """Ask, then do it."""
    other, wished = found(request, operator_id), ACTS.get(name)
    if wished is None:
        raise Http404
    form = Form("act")
    if request.method == "POST":
        outcome = wished.flow(acting(request), operator_id, clock.now())
        if isinstance(outcome, Invited | Mailed):
            return welcomed(request, outcome)
        if not isinstance(outcome, Refusal):
            return go_to("console_operators_one", str(operator_id), query=f"notice={name}")
        form.refuse_all(REFUSED[outcome], focus="act")
    values = {"form": form, "other": other, "act": wished, "question": wished.question % {"name": other.username}}
    return page(request, "console/operators/act.html", values)
