"""Who works here: the list, one operator, and inviting another."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyturn.console.guard import guarded
from keyturn.console.location_form import LocationForm
from keyturn.door.answers import go_to, page
from keyturn.door.forms import Form
from keyturn.lib import addresses, clock, paging
from keyturn.operators import listing, locating, sessions, staff
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role
from keyturn.operators.staff import Acting, Invited, NewOperator, Refusal, RoleChange
from keyturn.outbox import welcoming
from keyturn.outbox.welcoming import Mailed

NOT_AN_EMAIL = _("This does not look like an email address.")
CHOOSE = _("Choose one of these.")
REFUSED = {
    Refusal.NOT_YOURS: _("Only somebody of higher rank may do this, and nobody to themselves."),
    Refusal.ROLE_TOO_HIGH: _("You can give roles below your own only."),
    Refusal.LAST_OWNER: _("This is the last owner. Make somebody else an owner first."),
    Refusal.TAKEN: _("Somebody here has this user name."),
    Refusal.CHANGED: _("Somebody else changed the role meanwhile. The page shows it now; choose again."),
}
NOTICES = {
    "role": _("The role is changed. It counts at once."),
    "off": _("Switched off. Every session has ended."),
    "on": _("Switched on again."),
    "sessions": _("Signed out of every browser."),
    "location": _("The location is changed."),
    "factors": _("The second factor is removed. The password alone opens the console until there is a new one."),
}
_PAGE = 50


class OperatorForm(Form):
    """A form that knows what to say of an operator's empty fields."""

    EMPTY = Form.EMPTY | {"username": _("Type a user name."), "email": "", "role": CHOOSE, "before": CHOOSE}


def acting(request: HttpRequest) -> Acting:
    """Who acts, and where."""
    return Acting(request.operator, request.operator_session.tenant_id)


def found(request: HttpRequest, operator_id: UUID) -> Operator:
    """The operator of this page; whoever is somebody else's is missing."""
    operator = listing.one(request.operator_session.tenant_id, operator_id)
    if operator is None:
        raise Http404
    return operator


@require_safe
@guarded("operators.view_operator", outside=True)
def index(request: HttpRequest) -> HttpResponse:
    """Everybody who may sign in here."""
    rows = listing.of_tenant(request.operator_session.tenant_id)
    shown = paging.keyset(rows, ("username", "pk"), cursor=request.GET.get("page", ""), size=_PAGE)
    return page(request, "console/operators/list.html", {"page": shown, "may_invite": _may_change(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("operators.change_operator", outside=True, confirmed=True)
def invite(request: HttpRequest) -> HttpResponse:
    """A user name, an email, a role; then the link goes out by mail, or is there to hand over."""
    form = OperatorForm("username", "email", "role", posted=request.POST)
    form["username"].focus = True
    if request.method != "POST":
        form["role"].value = Role.HELPDESK
        return _invite_page(request, form)
    new = NewOperator(form.line("username", at_most=150), _email(form), _role(request, form))
    if form.refused:
        return _invite_page(request, form)
    outcome = welcoming.invite(acting(request), new, clock.now())
    if isinstance(outcome, Refusal):
        form.refuse("username" if outcome is Refusal.TAKEN else "role", REFUSED[outcome])
        return _invite_page(request, form)
    return welcomed(request, outcome)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("operators.view_operator", outside=True)
def one(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """What an operator may do, when they were last here, and what can be done about them."""
    return _one_page(request, found(request, operator_id), None)


@require_POST
@guarded("operators.change_operator", confirmed=True)
def location(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """Another place to write from."""
    other = found(request, operator_id)
    form = LocationForm(other, posted=request.POST)
    chosen = form.chosen()
    if not form.refused:
        outcome = locating.assign(acting(request), operator_id, chosen, clock.now())
        if not isinstance(outcome, Refusal):
            return go_to("console_operators_one", str(operator_id), query="notice=location")
        form.refuse("location", REFUSED[outcome])
    return _one_page(request, other, form)


def _one_page(request: HttpRequest, other: Operator, form: LocationForm | None) -> HttpResponse:
    values = {
        "form": form or (LocationForm(other) if other.tenant_id else None),
        "other": other,
        "sessions": sessions.living(other, clock.now()),
        "may_rule": _may_change(request) and staff.may_rule(request.operator, other),
        "notice": NOTICES.get(request.GET.get("notice", ""), ""),
    }
    return page(request, "console/operators/one.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("operators.change_operator", confirmed=True)
def role(request: HttpRequest, operator_id: UUID) -> HttpResponse:
    """Another role."""
    other, form = found(request, operator_id), OperatorForm("role", "before", posted=request.POST)
    if request.method != "POST":
        form["role"].value = other.role
        return _role_page(request, form, other)
    change = RoleChange(form.line("before", at_most=20), _role(request, form))
    if form.refused:
        return _role_page(request, form, other)
    outcome = staff.change_role(acting(request), operator_id, change, clock.now())
    if isinstance(outcome, Refusal):
        form.refuse("role", REFUSED[outcome])
        return _role_page(request, form, found(request, operator_id))
    return go_to("console_operators_one", str(operator_id), query="notice=role")


def welcomed(request: HttpRequest, invited: Invited | Mailed) -> HttpResponse:
    """Where the link went; itself, shown this once, only where no mail could take it."""
    if isinstance(invited, Mailed):
        values = {"other": invited.operator, "back": reverse("console_operators_one", args=[invited.operator.pk])}
        return page(request, "console/operators/welcome_mailed.html", values)
    tenant = request.operator_session.tenant
    origin = tenant.public_url if tenant else settings.KEYTURN_PUBLIC_URL
    link = origin + reverse("console_welcome", args=[invited.token])
    return page(request, "console/operators/welcome_link.html", {"other": invited.operator, "link": link})


def _may_change(request: HttpRequest) -> bool:
    return request.operator.has_perm("operators.change_operator")


def _email(form: OperatorForm) -> str:
    """The email, which may be left empty."""
    raw = form.only("email").strip()
    form["email"].value = raw[:254]
    try:
        return addresses.parse(raw).raw if raw else ""
    except addresses.AddressRefused:
        form.refuse("email", NOT_AN_EMAIL)
        return ""


def _role(request: HttpRequest, form: OperatorForm) -> str:
    """One of the roles that this operator may give; owners of the installation are all the same."""
    if request.operator_session.tenant_id is None:
        return Role.OWNER
    chosen = form.line("role", at_most=20)
    if chosen and chosen not in staff.may_give(request.operator):
        form.refuse("role", REFUSED[Refusal.ROLE_TOO_HIGH])
    return chosen


def _choices(request: HttpRequest) -> list[Role]:
    return staff.may_give(request.operator) if request.operator_session.tenant_id else []


def _invite_page(request: HttpRequest, form: OperatorForm) -> HttpResponse:
    return page(request, "console/operators/invite.html", {"form": form, "roles": _choices(request)})


def _role_page(request: HttpRequest, form: OperatorForm, other: Operator) -> HttpResponse:
    values = {"form": form, "roles": _choices(request), "other": other}
    return page(request, "console/operators/role.html", values)
