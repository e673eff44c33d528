"""The welcome of an operator: a link, good once, behind which a password is chosen."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keyturn.console import new_password
from keyturn.door.answers import go_to, page
from keyturn.door.forms import Form
from keyturn.lib import clock
from keyturn.operators import welcome as links
from keyturn.operators.models import Operator


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """An operator chooses a password. Opening the link writes nothing; sending the form spends it."""
    operator = links.look(token, clock.now())
    if operator is None or not _is_at_home(request, operator):
        return _gone(request)
    form = Form("new_password", "confirm_password", posted=request.POST)
    values = {"tenant": operator.tenant, "form": form, "owner": operator, "requirements": new_password.requirements()}
    if request.method != "POST":
        return page(request, "console/welcome.html", values)
    password = form.new_password()
    if password:
        values["judgement"] = new_password.judged(password, operator, form)
    if form.refused:
        return page(request, "console/welcome.html", values)
    if not links.choose_password(token, password, clock.now()):
        return _gone(request)
    return go_to("console_sign_in", query="notice=ready")


def _is_at_home(request: HttpRequest, operator: Operator) -> bool:
    """A link works where its operator signs in: at the tenant's own addresses, an owner's at the installation's."""
    if operator.is_installation_owner:
        return request.is_installation
    return request.tenant is not None and request.tenant.pk == operator.tenant_id


def _gone(request: HttpRequest) -> HttpResponse:
    return page(request, "console/gone.html", {"tenant": None}, status=404)
