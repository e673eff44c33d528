"""The page on which the owner of a mailbox gives its new password, by link or signed in: form, progress, end (M1.10).

It needs no script: while the worker proves the new password the page reloads itself, and with script its steps follow
without that. What is shown is read from the rows each time, so closing the browser loses nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyturn.door import forms, source
from keyturn.door.answers import SeeOther, page, problem, too_many
from keyturn.door.forms import Sentence
from keyturn.monitoring import links, mending
from keyturn.monitoring.mending import Owner, Wish
from keyturn.monitoring.models import Mending
from keyturn.tenants.models import Tenant

SHOWN_FOR = timedelta(minutes=15)  # what became of the last try

NOT_TAKEN = gettext_lazy(
    "These two passwords were not accepted together. Check both and try again; capital letters count. If you forgot"
    " the old one, ask your organization: an operator can let you in once without it."
)
NOT_REACHED = gettext_lazy(
    "The mail server could not be asked, so nothing was changed. Try again in a few minutes; your password may be"
    " right."
)
BROKEN_OFF = gettext_lazy("The test was not finished, so nothing was changed. Type both passwords once more.")
BUSY = gettext_lazy("A new password for this mailbox is being tested at this moment. Look again in a minute.")
_ENDS: dict[str, Sentence] = {
    Mending.REJECTED: NOT_TAKEN,
    Mending.UNREACHABLE: NOT_REACHED,
    Mending.OVER: BROKEN_OFF,
}
STAGES: dict[str, Sentence] = {
    "resolved": pgettext_lazy("mailbox test", "Mail server found"),
    "connected": pgettext_lazy("mailbox test", "Connected"),
    "secured": pgettext_lazy("mailbox test", "Connection protected"),
    "greeted": pgettext_lazy("mailbox test", "Mail server ready"),
    "signed_in": pgettext_lazy("mailbox test", "Signed in with the new password"),
}


class MendingForm(forms.Form):
    """The two passwords of a mailbox; neither is judged, for its mail server has the say."""

    EMPTY = forms.Form.EMPTY | {
        "old_password": gettext_lazy("Type the old password of this mailbox."),
        "new_password": gettext_lazy("Type the new password of this mailbox."),
    }


def answer(request: HttpRequest, owner: Owner, here: str, now: datetime) -> HttpResponse:
    """Whatever is to be shown or done at the page of this owner; `here` is its address."""
    if request.method == "POST":
        return _ask(request, owner, here, now)
    last = mending.last_of(owner)
    if last and mending.is_running(last, now):
        return page(request, "portal/mailbox_test.html", {"steps": _steps(last), "here": here})
    if last and last.state == Mending.ACCEPTED and _is_recent(last, now):
        return page(request, "portal/mailbox_mended.html", _ways_on(request.tenant, owner))
    words = _ENDS.get(last.state, "") if last and _is_recent(last, now) else ""
    return _form(request, owner, MendingForm(*_fields(owner, now)), {"here": here, "words": words, "now": now})


def over(request: HttpRequest) -> HttpResponse:
    """The same for links that were used, are too old, and that nobody ever got."""
    words = _(
        "It was used already, is too old, or was tried too often. Sign in to see your mailboxes and mend them there."
        " If you forgot the old password of the mailbox, ask your organization: an operator can let you in once"
        " without it."
    )
    return problem(request, 410, _("This link has ended"), words)


def _ask(request: HttpRequest, owner: Owner, here: str, now: datetime) -> HttpResponse:
    form = MendingForm(*_fields(owner, now), posted=request.POST)
    old = form.secret("old_password") if "old_password" in form else ""
    wish = Wish(old, form.secret("new_password"), source.network_of(request))
    values = {"here": here, "now": now}
    if form.refused:
        return _form(request, owner, form, values)
    match mending.ask(owner, wish, now):
        case mending.Asked():
            return SeeOther(here)
        case mending.Wait(until):
            return too_many(request, until, now)
        case mending.Over():
            return over(request)
        case mending.Busy():
            form.refuse_all(BUSY, focus="new_password")
        case mending.NotTaken():
            form.refuse_all(NOT_TAKEN, focus=next(iter(form)))
    return _form(request, owner, form, values)


def _fields(owner: Owner, now: datetime) -> tuple[str, ...]:
    return ("old_password", "new_password") if mending.wants_old(owner, now) else ("new_password",)


def _form(request: HttpRequest, owner: Owner, form: MendingForm, values: dict[str, Any]) -> HttpResponse:
    if owner.link and not links.is_alive(owner.link, values["now"]):
        return over(request)
    return page(request, "portal/mailbox.html", values | {"form": form, "mailbox": owner.mailbox})


def _is_recent(last: Mending, now: datetime) -> bool:
    return last.created_at > now - SHOWN_FOR


def _steps(last: Mending) -> list[dict[str, Any]]:
    """Every stage with how far it is: reached, running, coming."""
    stages = [name for name in STAGES if name != "secured" or last.mailbox.tls != "none"]
    running = next((name for name in stages if name not in last.steps), "")
    return [{"words": STAGES[name], "state": _state(name, last, running)} for name in stages]


def _state(name: str, last: Mending, running: str) -> str:
    if name in last.steps:
        return "reached"
    return "running" if name == running else "coming"


def _ways_on(tenant: Tenant, owner: Owner) -> dict[str, Any]:
    """The apps of the organization, as addresses (M1.12)."""
    apps = {"phone_app": tenant.phone_app_url, "desktop_app": tenant.desktop_app_url}
    shown = {name: app if "://" in app else f"https://{app}" for name, app in apps.items() if app}
    return {"mailbox": owner.mailbox, "is_signed_in": owner.link is None, **shown}
