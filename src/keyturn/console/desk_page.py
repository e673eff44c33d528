"""The two pages of the desk, a link by mail and a password told on the telephone: what both show.

Everything that stands in the way is said before anything is typed: the caller's code, a second operator, a rank
that is too high, an address that bounced. Neither page ever holds a code, a link or a password that Keyturn made.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.console import person_page
from keyturn.console.desk_form import DeskForm
from keyturn.door import source
from keyturn.door.answers import page
from keyturn.lib import clock
from keyturn.operators.models import Operator
from keyturn.passwords import meter
from keyturn.passwords.core import presets
from keyturn.passwords.core.judge import Judgement
from keyturn.people import queries
from keyturn.people.models import Person
from keyturn.recovery import approvals, by_operator, caller_check, desk, wording
from keyturn.recovery.by_operator import DirectoryDown, Outrun
from keyturn.recovery.caller_check import Caller
from keyturn.recovery.core import policy
from keyturn.recovery.core.facts import Method
from keyturn.recovery.desk import Wish
from keyturn.recovery.models import Approval
from keyturn.tenants.models import Tenant

TEMPLATES = {Method.LINK: "console/helpdesk/reset.html", Method.MANUAL_ENTRY: "console/helpdesk/enter.html"}
WAYS = {"reset": Method.LINK, "enter": Method.MANUAL_ENTRY}  # as the address has them

_STOPPED: dict[type, Promise] = {
    desk.Outranked: _("This person is an operator of your rank or above. Ask somebody of higher rank."),
    desk.CheckFirst: _("The caller must read out a code first."),
    desk.TooMany: _("You have reset as many people as you may for now. Ask a colleague, or wait."),
    DirectoryDown: _(
        "The place where passwords are kept does not answer. Nothing was changed; try again in a minute."
    ),
    Outrun: _("Something changed in this very moment. Look again, then try once more."),
}


def wish_of(request: HttpRequest, person: Person, method: Method, form: DeskForm) -> Wish:
    """The reset that this operator asks for now."""
    return Wish(
        person=person,
        operator=request.operator,
        tenant=request.tenant,
        note=form["note"].value,
        method=method,
        is_compromised=form.is_compromised,
        source=source.network_of(request),
    )


def words(stopped: object) -> Promise | str:
    """What stands in the way, in a sentence that says what to do."""
    if isinstance(stopped, policy.Refused):
        return wording.explain(stopped.reason)
    return _STOPPED[type(stopped)]


def must_ask(wish: Wish, now: datetime) -> bool:
    """Whether a second operator is missing and nothing else."""
    _, stopped = desk.look(wish, by_operator.backing_of(wish, now), now)
    return isinstance(stopped, desk.SecondFirst)


def show(request: HttpRequest, person: Person, way: str, form: DeskForm) -> HttpResponse:
    """The page of this way, with what was typed."""
    method, now = WAYS[way], clock.now()
    wish = wish_of(request, person, method, form)
    values = person_page.context(person, "account") | {"form": form, "way": way}
    values |= _standing(wish, now) | _caller(wish, now) | _password(request.tenant, form.judgement)
    values["may_enter"] = request.tenant.allow_manual_entry and request.operator.has_perm("recovery.enter_password")
    return page(request, TEMPLATES[method], values)


def _standing(wish: Wish, now: datetime) -> dict[str, Any]:
    """What stands in the way before anything is sent, and where a link would go."""
    asked = approvals.in_force(wish, now)
    found, stopped = desk.look(wish, by_operator.backing_of(wish, now), now)
    needs_second = isinstance(stopped, desk.SecondFirst)
    is_stopped = stopped is not None and not needs_second
    return {
        "approval": asked,
        "second": _name(asked) if asked and asked.state == Approval.APPROVED else "",
        "needs_second": needs_second,
        "is_fresh": needs_second and stopped.is_fresh,
        "stopped": words(stopped) if is_stopped else "",
        "needs_check": isinstance(stopped, desk.CheckFirst),
        "masked": caller_check.masked(found.email) if found.email else "",
    }


def _caller(wish: Wish, now: datetime) -> dict[str, Any]:
    caller = Caller(wish.person, wish.operator, wish.tenant)
    if wish.tenant.caller_check == "off":
        return {"has_caller_check": False}
    return {
        "has_caller_check": True,
        "passed": caller_check.passed(caller, now),
        "awaited": caller_check.waiting(caller, now),
        "addresses": [{"id": one.pk, "masked": caller_check.masked(one)} for one in caller_check.places(caller, now)],
    }


def _password(tenant: Tenant, judgement: Judgement | None) -> dict[str, Any]:
    requirements = presets.requirements(tenant.password_preset, tenant.password_min_length)
    return {
        "requirements": meter.wanted(requirements),
        "judgement": meter.shown(judgement, requirements) if judgement else None,
        "always_temporary": tenant.manual_entry_always_temporary,
        "minutes": tenant.ticket_expiration_minutes,
    }


def masked_email(person: Person) -> str:
    """Where a link goes, as an operator may see it."""
    main = queries.main_email(person)
    return caller_check.masked(main) if main else ""


def _name(approval: Approval) -> str:
    return Operator.objects.values_list("username", flat=True).get(pk=approval.second_id)
