"""Trials as they run: the worker writes each step down, and the page follows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from keyturn.console import settings_page
from keyturn.console.guard import guarded
from keyturn.console.row_form import RowForm
from keyturn.console.settings_page import CHANGE
from keyturn.door.answers import go_to, too_many
from keyturn.lib import clock
from keyturn.monitoring import findings
from keyturn.monitoring.trials import SENDING
from keyturn.outbox.diagnosis import SENTENCES, Finding
from keyturn.outbox.models import Trial
from keyturn.tenants import tabs

STAGES = {
    "resolved": _("Name resolved"),
    "connected": _("Connected"),
    "greeted": _("The server greeted us"),
    "secured": _("Protected by TLS"),
    "signed_in": _("Signed in"),
    "sender": _("Sender accepted"),
    "recipient": _("Recipient accepted"),
    "accepted": _("Handed over"),
    SENDING: _("Signed in at the sending server"),
}
_TABS = {
    Trial.MAIL: "mail",
    Trial.PROVIDER: "sms",
    Trial.GATEWAY: "sms",
    Trial.LAYOUT: "mail",
    Trial.MAILBOX: "mailboxes",
}


@require_safe
@guarded(CHANGE)
def trial(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    """The steps so far: a part of a page for the script that follows them, a whole one without."""
    row = get_object_or_404(Trial, pk=trial_id)
    if request.htmx:
        return _part(request, row)
    values = settings_page.framed(request, tabs.tab_of(_TABS[row.kind]), _steps(row))
    return render(request, "console/settings/trial.html", values)


def begun(request: HttpRequest, asked: Trial | datetime) -> HttpResponse:
    """The answer to a press of a test button."""
    if isinstance(asked, datetime):
        return _wait(request) if request.htmx else too_many(request, asked, clock.now())
    return _part(request, asked) if request.htmx else go_to("console_settings_trial", str(asked.pk))


def unconfirmed(request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse | None:
    """What a test asks first, for it sends in the organization's name: who is it. None where that was just proven."""
    if settings_page.is_confirmed(request):
        return None
    return render(request, "console/settings/trial_unconfirmed.html") if request.htmx else page()


def refused(request: HttpRequest, form: RowForm, page: Callable[[], HttpResponse]) -> HttpResponse:
    """What was typed cannot be tried: said beside the button, or at its field on the whole page."""
    if not request.htmx:
        return page()
    wrong = [{"label": one["label"], "error": one["field"].error} for one in form.shown() if one["field"].error]
    return render(request, "console/settings/trial_refused.html", {"wrong": wrong})


def _wait(request: HttpRequest) -> HttpResponse:
    words = _("So many tests in a row look like an attack. Wait ten minutes.")
    return render(request, "console/settings/trial_refused.html", {"wrong": [{"label": "", "error": words}]})


def _part(request: HttpRequest, row: Trial) -> HttpResponse:
    return render(request, "console/settings/trial_steps.html", _steps(row))


def _steps(row: Trial) -> dict[str, Any]:
    """Every stage there is to reach, what came of it, and those still to come."""
    done = [_step(one) for one in row.steps]
    has_failed = bool(row.steps) and not row.steps[-1]["ok"]
    reached = {one["stage"] for one in row.steps}
    coming = [{"words": STAGES.get(stage, stage), "state": "coming"} for stage in row.stages if stage not in reached]
    if coming and not has_failed and row.ended_at is None:
        coming[0]["state"] = "running"
    is_over = row.ended_at is not None or has_failed
    return {"trial": row, "steps": done + coming, "is_over": is_over, "has_failed": has_failed}


def _step(one: dict[str, Any]) -> dict[str, Any]:
    finding = one.get("finding", "")
    return {
        "words": STAGES.get(one["stage"], one["stage"]),
        "state": "reached" if one["ok"] else "failed",
        "sentence": SENTENCES[Finding(finding)] if finding in set(Finding) else findings.code(finding),
        "said": one["words"],
    }
