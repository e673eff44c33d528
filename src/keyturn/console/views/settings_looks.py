"""The logo: uploaded, shown, taken away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from keyturn.console.guard import actor, guarded
from keyturn.console.row_form import RowForm
from keyturn.console.settings_form import SettingsForm
from keyturn.console.settings_page import CHANGE, VIEW
from keyturn.console.views import settings
from keyturn.door.answers import go_to
from keyturn.lib import clock, png
from keyturn.operators import tenant_settings
from keyturn.operators.tenant_settings import By, EditLost
from keyturn.tenants import finding

_SENTENCES = {
    "none": _("Choose a picture first."),
    "too_large": _("This file is larger than 64 KB. Save the picture smaller."),
    "too_wide": _("This picture is wider or higher than 1024 pixels. Save it smaller."),
    "not_a_picture": _("This is no plain PNG picture. Save it as PNG, not interlaced, and try again."),
}


@require_POST
@guarded(CHANGE, confirmed=True)
def change(request: HttpRequest) -> HttpResponse:
    """Show this picture from now on, or none."""
    by = By(actor(request), clock.now(), RowForm((), {}, request.POST).version)
    try:
        tenant_settings.change_logo(None if request.POST.get("remove") else _picture(request), by)
    except png.PictureRefused as problem:
        return _tab(request, {"logo_error": _SENTENCES[problem.reason]}, 422)
    except EditLost:
        return _tab(request, {"overtaken": []}, 409)
    return go_to("console_settings_tab", "looks", query="notice=saved")


@require_safe
@guarded(VIEW)
def shown(request: HttpRequest) -> HttpResponse:
    """The picture itself."""
    tenant = finding.by_id(request.tenant.id)
    if not tenant.logo:
        raise Http404
    return HttpResponse(bytes(tenant.logo), content_type=tenant.logo_type)


def _picture(request: HttpRequest) -> bytes:
    sent = request.FILES.get("picture")
    if sent is None:
        raise png.PictureRefused("none")
    return png.cleaned(sent.read(png.LARGEST + 1))


def _tab(request: HttpRequest, more: dict, status: int) -> HttpResponse:
    tenant = finding.by_id(request.tenant.id)
    answer = settings.answer(request, SettingsForm(settings.found("looks"), tenant), tenant, more)
    answer.status_code = status
    return answer
