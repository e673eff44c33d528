"""The caller check: a code goes to a stored address, the caller reads it out, the operator types it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from keyturn.console import desk_page
from keyturn.console.desk_form import DeskForm
from keyturn.console.guard import guarded
from keyturn.console.person_page import person_or_404
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.people.models import Person
from keyturn.recovery import caller_check, desk
from keyturn.recovery.caller_check import Answer, Begun, Caller, Malformed, Passed, Wrong

NOT_THERE = _("No code can go there now. Choose another address.")
TOO_MANY = _("You have sent as many codes as you may within an hour. Ask a colleague, or wait.")
NOT_SIX_DIGITS = _("The code is six digits. Ask the caller to read it out again.")
OVER = _("This code does not count any more. Send a new one.")


@require_POST
@guarded("recovery.reset_password")
def begin(request: HttpRequest, person_id: UUID, way: str) -> HttpResponse:
    """Send a code to the chosen address."""
    person, form = _opened(request, person_id, way)
    try:
        address_id = UUID(form.only_of("address"))
    except ValueError:
        address_id = UUID(int=0)  # nobody's
    outcome = caller_check.begin(_caller(request, person), address_id, clock.now())
    if isinstance(outcome, Begun):
        return go_to(f"console_helpdesk_{way}", str(person.pk))
    sentences = {desk.TooMany: TOO_MANY, caller_check.NotThere: NOT_THERE}
    form.refuse_all(sentences.get(type(outcome)) or desk_page.words(outcome), focus="code")
    return desk_page.show(request, person, way, form)


@require_POST
@guarded("recovery.reset_password")
def answer(request: HttpRequest, person_id: UUID, way: str, check_id: UUID) -> HttpResponse:
    """Judge what the caller read out."""
    person, form = _opened(request, person_id, way)
    typed = form.line("code", at_most=40)
    form["code"].value = ""
    if form.refused:
        return desk_page.show(request, person, way, form)
    outcome = caller_check.answer(_caller(request, person), Answer(check_id, typed), clock.now())
    if isinstance(outcome, Passed):
        return go_to(f"console_helpdesk_{way}", str(person.pk))
    _refuse(form, outcome)
    return desk_page.show(request, person, way, form)


def _refuse(form: DeskForm, outcome: object) -> None:
    match outcome:
        case Malformed():
            form.refuse("code", NOT_SIX_DIGITS)
        case Wrong(left) if left:
            sentence = ngettext(
                "This is not the code. %(left)d try is left.", "This is not the code. %(left)d tries are left.", left
            )
            form.refuse("code", sentence % {"left": left})
        case _:
            form.refuse_all(OVER, focus="code")


def _opened(request: HttpRequest, person_id: UUID, way: str) -> tuple[Person, DeskForm]:
    """The person and the form; a check that the tenant does not make is no page."""
    if way not in desk_page.WAYS or request.tenant.caller_check == "off":
        raise Http404
    return person_or_404(person_id), DeskForm(posted=request.POST)


def _caller(request: HttpRequest, person: Person) -> Caller:
    return Caller(person, request.operator, request.tenant)
