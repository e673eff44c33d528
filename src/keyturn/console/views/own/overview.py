"""An operator's own page: password, factors, recovery codes, location, and the browsers that are signed in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyturn.console import new_password
from keyturn.console.guard import ANYBODY, guarded
from keyturn.console.location_form import LocationForm
from keyturn.door.answers import go_to, page, too_many
from keyturn.door.forms import Form
from keyturn.lib import clock
from keyturn.operators import locating, own, sessions
from keyturn.operators.factors import enrolling, holding

NOTICES = {
    "password-changed": _("Your new password is saved. Every other browser signs in again."),
    "factor-added": _("Kept. It is asked for from the next sign-in on."),
    "factor-removed": _("Removed."),
    "last-factor": _("Your organization wants a second factor. Add another one before you remove this."),
    "sessions-ended": _("The other browsers are signed out."),
    "location": _("Saved. What you have sent goes out from there from now on."),
}
WRONG_CURRENT = _("This is not your present password.")


@require_safe
@guarded(ANYBODY, outside=True)
def me(request: HttpRequest) -> HttpResponse:
    """What stands between this operator's account and somebody else."""
    return _overview(request, None)


@require_POST
@guarded(ANYBODY)
def location(request: HttpRequest) -> HttpResponse:
    """Another place to write from, of the organization that the operator belongs to."""
    if request.operator.tenant_id is None:
        raise Http404  # whoever is only visiting writes from nowhere
    form = LocationForm(request.operator, posted=request.POST)
    chosen = form.chosen()
    if form.refused:
        return _overview(request, form)
    locating.choose(request.operator_session, chosen, clock.now())
    return go_to("console_me", query="notice=location")


def _overview(request: HttpRequest, form: LocationForm | None) -> HttpResponse:
    notice, now = request.GET.get("notice", ""), clock.now()
    if form is None and request.operator.tenant_id:
        form = LocationForm(request.operator)
    values = {
        "form": form,
        "notice": NOTICES.get(notice, ""),
        "is_good": notice != "last-factor",
        "held": holding.of(request.operator),
        "is_required": enrolling.is_required(request.operator),
        "sessions": sessions.living(request.operator, now),
        "here": request.operator_session,
    }
    return page(request, "console/own/me.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(ANYBODY, outside=True, confirmed=True)
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """A new password, with the present one."""
    form = Form("password", "new_password", "confirm_password", posted=request.POST)
    form["password"].focus = True
    if request.method != "POST":
        return _page(request, form)
    current, new = form.secret("password"), form.new_password()
    judged = new_password.judged(new, request.operator, form) if new else None
    if form.refused:
        return _page(request, form, judged)
    now = clock.now()
    outcome = own.change_password(request.operator_session, current, new, now)
    if isinstance(outcome, own.Wait):
        return too_many(request, outcome.until, now)
    if not outcome:
        form.refuse("password", WRONG_CURRENT)
        return _page(request, form)
    return go_to("console_me", query="notice=password-changed")


def _page(request: HttpRequest, form: Form, judgement: object = None) -> HttpResponse:
    values = {"form": form, "requirements": new_password.requirements(), "judgement": judgement}
    return page(request, "console/own/password.html", values)
