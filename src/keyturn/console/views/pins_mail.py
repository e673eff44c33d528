"""Email PIN code: to the person or to another requestor, by the mail servers of the operator's location (M2.8)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from keyturn.console import person_page, pin_page
from keyturn.console.guard import guarded
from keyturn.console.names import Names
from keyturn.console.pin_form import PinForm
from keyturn.console.settings_page import OVERTAKEN, is_confirmed
from keyturn.door.answers import go_to, page, too_many
from keyturn.enrollment import mailing, pins, wording
from keyturn.enrollment.mailing import MailingRefused, TooMany
from keyturn.enrollment.models import Pin, PinMailing
from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.people.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("enrollment.issue_pin")
def email(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The dialog; sent, a mail is asked for, or a second operator."""
    person, now = person_page.person_or_404(person_id), clock.now()
    pin = pins.of(person, now)
    if pin is None:
        return go_to("console_pins_tab", str(person.pk))
    if request.method != "POST":
        return _dialog(request, person, pin, PinForm(to=mailing.proposal(person)))
    form = PinForm(posted=request.POST)
    to = form.to()
    if form.refused:
        return _dialog(request, person, pin, form)
    if not is_confirmed(request):
        return _dialog(request, person, pin, form, unconfirmed=True)
    try:
        outcome = mailing.ask(pin, to, request.operator, now)
    except MailingRefused as refused:
        form.refuse_all(wording.of_mailing(refused.reason), focus="to")
        return _dialog(request, person, pin, form)
    if isinstance(outcome, TooMany):
        return too_many(request, outcome.until, now)
    waits = outcome.state == PinMailing.AWAITING
    return go_to("console_pins_tab", str(person.pk), query=f"notice={'asked' if waits else 'sent'}")


@require_POST
@guarded("enrollment.approve_pin")
def agree(request: HttpRequest, mailing_id: UUID) -> HttpResponse:
    """A second operator agrees; the mail goes at once."""
    has_agreed = mailing.approve(_mailing(mailing_id), request.operator, clock.now())
    return go_to("console_helpdesk_approvals", query=f"done={'pin-sent' if has_agreed else 'not-yours'}")


@require_POST
@guarded("enrollment.approve_pin")
def decline(request: HttpRequest, mailing_id: UUID) -> HttpResponse:
    """Say no; of one's own wish, take it back."""
    has_declined = mailing.decline(_mailing(mailing_id), request.operator, clock.now())
    return go_to("console_helpdesk_approvals", query=f"done={'declined' if has_declined else 'not-yours'}")


def waiting(operator: Operator) -> list[dict[str, Any]]:
    """Every mail that waits for a second operator, as the page Approvals lists it."""
    rows = mailing.waiting(clock.now())
    names = Names(row.asked_by for row in rows)
    own = f"operator:{operator.pk}"
    return [{"row": row, "asked_by": names.of(row.asked_by).words, "is_own": row.asked_by == own} for row in rows]


def _dialog(request: HttpRequest, person: Person, pin: Pin, form: PinForm, **more: Any) -> HttpResponse:
    passing = pin_page.passed_on(pin)
    values: dict[str, Any] = {"person": person, "pin": pin, "form": form, "offer": passing}
    values |= {"own": mailing.proposal(person), "needs_second_elsewhere": bool(passing.offer.elevated)}
    values |= {"sent_with": pin_page.sent_with(request.operator), "masked": pins.shown(pin)}
    values["is_given"] = request.GET.get("notice") == "given"
    return page(request, "console/pins/email.html", values | more, status=OVERTAKEN if more else 200)


def _mailing(mailing_id: UUID) -> PinMailing:
    row = PinMailing.objects.select_related("pin__owner").filter(pk=mailing_id).first()
    if row is None:
        raise Http404
    return row
