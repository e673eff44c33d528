"""Which layout serves a kind of message: one variable each, pointed elsewhere by choosing or by typing a name."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from keyturn.console import layout_words, settings_page
from keyturn.console.guard import actor, guarded
from keyturn.console.layout_page import CHANGE
from keyturn.console.row_form import RowForm, Spec
from keyturn.console.settings_page import VIEW
from keyturn.console.views.layouts.keeping import LONGEST_NAME
from keyturn.door.answers import go_to
from keyturn.lib import clock
from keyturn.outbox import saying
from keyturn.outbox.layouts import variables
from keyturn.outbox.layouts.models import StoredLayout
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.layouts.variables import Named
from keyturn.tenants import tabs

# What was typed counts before what was chosen; neither means the built-in words.
_FIELDS = (Spec("chosen", "", longest=LONGEST_NAME), Spec("value", "", longest=LONGEST_NAME))


@guarded(VIEW)
def show(request: HttpRequest, variable: str) -> HttpResponse:
    """What the variable holds, and what it could."""
    named = _found(variable)
    return _page(request, named, RowForm(_FIELDS, {"chosen": _held(named)}), {})


@guarded(CHANGE)
def point(request: HttpRequest, variable: str) -> HttpResponse:
    """Point it elsewhere; the next message is written by what it holds then."""
    named, form = _found(variable), RowForm(_FIELDS, {}, request.POST)
    if not settings_page.is_confirmed(request):
        return _page(request, named, form, {"unconfirmed": True})
    if form.refused:
        return _page(request, named, form, {})
    try:
        variables.point(named.name, form.text("value") or form.text("chosen"), clock.now(), actor=actor(request))
    except LayoutRefused as problem:
        form.refuse("value", layout_words.REFUSED[problem.reason])
        return _page(request, named, form, {})
    return go_to("console_settings_tab", "variables", query="notice=saved")


def _found(variable: str) -> Named:
    if (named := variables.VARIABLES.get(variable)) is None:
        raise Http404
    return named


def _held(named: Named) -> str:
    return next(row.layout_name for row in variables.listing() if row.named == named)


def _page(request: HttpRequest, named: Named, form: RowForm, more: dict[str, Any]) -> HttpResponse:
    fitting = StoredLayout.objects.filter(purpose=named.purpose, channel=named.channel)
    values = {
        "named": named,
        "purpose": saying.purpose(named.purpose),
        "channel": layout_words.CHANNELS[named.channel],
        "held": _held(named),
        "form": form,
        "fitting": [layout.name for layout in fitting],
        "may_change": request.operator.has_perm(CHANGE),
    }
    framed = settings_page.framed(request, tabs.tab_of("variables"), values | more)
    return settings_page.page(request, "console/layouts/variable.html", framed)


one = settings_page.either(show, point)
