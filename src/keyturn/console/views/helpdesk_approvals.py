"""What waits for a second operator: agree, decline, or take one's own wish back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from keyturn.console import desk_page
from keyturn.console.guard import guarded
from keyturn.console.views import pins_mail
from keyturn.door import source
from keyturn.door.answers import go_to, page
from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.recovery import agreeing, approvals, by_operator
from keyturn.recovery.models import Approval

DONE: dict[str, Promise] = {
    "sent": _("You agreed. The mail is on its way, and both of you are named to the person."),
    "agreed": _("You agreed. The operator who asked may type the password now."),
    "pin-sent": _("You agreed. The mail with the PIN code is on its way."),
    "declined": _("It is declined."),
    "not-yours": _("It was decided already, its hour is over, somebody was changed since, or it was your own wish."),
}


@require_safe
@guarded("recovery.approve_reset")
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits."""
    rows = approvals.waiting(clock.now())
    names = dict(Operator.objects.filter(pk__in={row.operator_id for row in rows}).values_list("pk", "username"))
    for row in rows:
        row.asked_by, row.is_own = names.get(row.operator_id, ""), row.operator_id == request.operator.pk
    done = request.GET.get("done", "")
    values = {"rows": rows, "notice": DONE.get(done, ""), "is_good": done != "not-yours"}
    if request.operator.has_perm("enrollment.approve_pin"):
        values["mailings"] = pins_mail.waiting(request.operator)
    return page(request, "console/helpdesk/approvals.html", values)


@require_POST
@guarded("recovery.approve_reset")
def agree(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Agree; a link goes at once."""
    approval = _approval(approval_id)
    outcome = agreeing.agree(approval, request.operator, clock.now(), source=source.network_of(request))
    match outcome:
        case by_operator.Sent():
            done = "sent"
        case agreeing.Agreed():
            done = "agreed"
        case agreeing.NotYours():
            done = "not-yours"
        case _:
            rows = {"rows": [], "notice": desk_page.words(outcome), "is_good": False}
            return page(request, "console/helpdesk/approvals.html", rows, status=409)
    return go_to("console_helpdesk_approvals", query=f"done={done}")


@require_POST
@guarded("recovery.approve_reset")
def decline(request: HttpRequest, approval_id: UUID) -> HttpResponse:
    """Say no; of one's own wish, take it back."""
    has_declined = approvals.decline(_approval(approval_id), request.operator, clock.now())
    return go_to("console_helpdesk_approvals", query=f"done={'declined' if has_declined else 'not-yours'}")


def _approval(approval_id: UUID) -> Approval:
    approval = Approval.objects.select_related("person").filter(pk=approval_id).first()
    if approval is None:
        raise Http404
    return approval
