"""Disable all created with a PIN: how many, why, and only then (M2.13)."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyturn.console import person_page, pin_page
from keyturn.console.guard import actor, guarded
from keyturn.console.pin_form import PinForm
from keyturn.console.settings_page import OVERTAKEN, either, is_confirmed
from keyturn.door.answers import FIELD_ERRORS, go_to
from keyturn.enrollment import disabling, tree
from keyturn.enrollment.models import Pin
from keyturn.lib import clock


@require_safe
@guarded("enrollment.disable_made", confirmed=True)
def ask(request: HttpRequest, person_id: UUID, pin_id: UUID) -> HttpResponse:
    """How many would be disabled."""
    return _dialog(request, _pin(person_id, pin_id), PinForm())


@guarded("enrollment.disable_made")
def disable_all(request: HttpRequest, person_id: UUID, pin_id: UUID) -> HttpResponse:
    """Disable them."""
    pin, form = _pin(person_id, pin_id), PinForm(posted=request.POST)
    note = form.note()
    if form.refused or pin_page.stops(request.operator, pin.owner):
        return _dialog(request, pin, form)
    if not is_confirmed(request):
        return _dialog(request, pin, form, unconfirmed=True)
    done = disabling.disable_all(
        pin, clock.now(), actor=actor(request), reason=note, and_theirs=form.is_ticked("and_theirs")
    )
    return go_to(
        "console_pins_tab", str(person_id), query=f"notice={'disabled-some' if done.outranked else 'disabled'}"
    )


def _dialog(request: HttpRequest, pin: Pin, form: PinForm, **more: Any) -> HttpResponse:
    stopped = pin_page.stops(request.operator, pin.owner)
    values = {"person": pin.owner, "pin": pin, "form": form, "many": tree.count(pin), "stopped": stopped}
    values |= {"many_more": _many_more(pin), "and_theirs": form.is_ticked("and_theirs")}
    status = OVERTAKEN if more else FIELD_ERRORS if form.refused else 200
    return render(request, "console/pins/disable.html", values | more, status=status)


def _many_more(pin: Pin) -> int:
    """How many came by those who came by this PIN, in whatever generation; of a family too large to show, as many as
    are shown."""
    family = tree.family(pin.owner)
    nodes = [node for node in family.root.brought if node.pin_id == pin.pk]
    below = [child for node in nodes for child in node.brought]
    for node in below:  # grows while it is walked
        below.extend(node.brought)
    return len(below)


def _pin(person_id: UUID, pin_id: UUID) -> Pin:
    owner = person_page.person_or_404(person_id)
    pin = Pin.objects.select_related("owner").filter(pk=pin_id, owner=owner).first()
    if pin is None:
        raise Http404
    return pin


disable = either(ask, disable_all)
