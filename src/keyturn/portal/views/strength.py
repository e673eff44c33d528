"""The meter's answer while somebody types: a fragment of a page. What is judged here is kept nowhere (M4.5)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from keyturn.door import source
from keyturn.door.answers import seconds_until
from keyturn.lib import clock, text
from keyturn.limits import counters
from keyturn.passwords import judgement, meter
from keyturn.people.models import Person
from keyturn.portal import browser
from keyturn.portal.answers import of_tenant
from keyturn.portal.new_password import requirements_of
from keyturn.recovery import redeem

WINDOW = timedelta(minutes=10)
BY_SOURCE = counters.Limit("meter_by_source", 600, WINDOW, scaled=True)  # an office behind one address, typing


@require_POST
@of_tenant
@sensitive_post_parameters()
def strength(request: HttpRequest) -> HttpResponse:
    """Judge one password with what is known of the person: from the opened link, or from the session."""
    now = clock.now()
    if until := counters.take(BY_SOURCE, str(request.tenant.id), source.network_of(request), now=now):
        words = _("The meter rests. Your password is judged when you save it.")
        headers = {"Retry-After": str(seconds_until(until, now))}
        return HttpResponse(f'<p class="meter-word">{words}</p>', status=429, headers=headers)
    try:
        password = text.secret(request.POST.get("new_password", ""))
    except text.TextRefused:
        return HttpResponse("")
    judged = judgement.for_person(password, _person(request))
    return render(request, "keyturn/meter.html", {"judgement": meter.shown(judged, requirements_of(request))})


def _person(request: HttpRequest) -> Person | None:
    if session := browser.session_of(request):
        return session.account.person
    token = browser.token_of(request, browser.TICKET)
    view = redeem.look(token) if token else None
    return view.person if view else None
