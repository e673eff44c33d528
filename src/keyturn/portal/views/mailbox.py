"""The pages of a mailbox whose password stopped working: behind the link of a notice, and for who is signed in."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from keyturn.access.models import Session
from keyturn.door import source
from keyturn.door.answers import go_to, page, too_many
from keyturn.lib import clock
from keyturn.monitoring import mending
from keyturn.portal import browser, mending_page
from keyturn.portal.answers import of_tenant
from keyturn.portal.views.own import signed_in
from keyturn.portal.views.redeem import LONGEST_TOKEN


@require_safe
@of_tenant
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address bar. Looks nothing up and writes nothing."""
    response = go_to("mailbox")
    browser.keep_token(response, request, browser.MAILBOX, token[:LONGEST_TOKEN])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@of_tenant
def by_link(request: HttpRequest) -> HttpResponse:
    """Old and new password, without signing in (M1.10)."""
    token = browser.token_of(request, browser.MAILBOX)
    if token is None:
        return page(request, "portal/mailbox_link_needed.html", {})
    owner, now = mending.by_link(token), clock.now()
    if owner:
        return mending_page.answer(request, owner, reverse("mailbox"), now)
    if request.method == "POST":
        outcome = mending.made_up(source.network_of(request), now)
        if isinstance(outcome, mending.Wait):
            return too_many(request, outcome.until, now)
    return mending_page.over(request)


@require_http_methods(["GET", "HEAD", "POST"])
@of_tenant
@signed_in
def own(request: HttpRequest, session: Session, mailbox_id: UUID) -> HttpResponse:
    """The same for a mailbox of whoever is signed in."""
    if session.is_restricted:
        return go_to("change_password")
    owner = mending.by_person(session.account.person_id, mailbox_id)
    if owner is None:
        raise Http404
    return mending_page.answer(request, owner, reverse("own_mailbox", args=[mailbox_id]), clock.now())
