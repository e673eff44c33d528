"""The welcome of a new owner: a link, good once, behind which a password is chosen."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from keyturn.door.answers import go_to, page
from keyturn.door.forms import DOES_NOT_SUFFICE, Form
from keyturn.lib import clock
from keyturn.operators import welcome as links
from keyturn.operators.models import Operator
from keyturn.passwords import commonest, meter
from keyturn.passwords.core import presets
from keyturn.passwords.core.judge import Context, Judgement, judge

OWNERS = presets.PRESETS["strict"]  # whoever rules the installation has one password between them and all tenants

_FRAME = {"tenant": None}  # the console is the installation's, whichever organization's address it was opened on


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """A new owner chooses a password. Opening the link writes nothing; sending the form spends it."""
    owner = links.look(token, clock.now())
    if owner is None:
        return _gone(request)
    form = Form("new_password", "confirm_password", posted=request.POST)
    values = _FRAME | {"form": form, "owner": owner, "requirements": meter.wanted(OWNERS)}
    if request.method != "POST":
        return page(request, "console/welcome.html", values)
    password = form.new_password()
    if password:
        judged = _judge(password, owner)
        if not judged.acceptable:
            form.refuse("new_password", DOES_NOT_SUFFICE)
            values["judgement"] = meter.shown(judged, OWNERS)
    if form.refused:
        return page(request, "console/welcome.html", values)
    if not links.choose_password(token, password, clock.now()):
        return _gone(request)
    return go_to("console_sign_in", query="notice=ready")


def _judge(password: str, owner: Operator) -> Judgement:
    about = tuple(part for part in (owner.username, *owner.email.split("@")) if part)
    return judge(password, Context(OWNERS, about=about, common=commonest.contains(password)))


def _gone(request: HttpRequest) -> HttpResponse:
    return page(request, "console/gone.html", dict(_FRAME), status=404)
