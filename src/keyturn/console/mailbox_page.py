"""What the pages of mailboxes share: who may do what, one of them in words, and whose nobody here may touch."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from keyturn.console import badges
from keyturn.door.answers import problem
from keyturn.monitoring import findings, lists, wording
from keyturn.monitoring.lists import Wanted
from keyturn.monitoring.models import Mailbox
from keyturn.people.models import Person
from keyturn.recovery import desk

VIEW, CHANGE, EDIT = "monitoring.view_mailbox", "monitoring.change_mailbox", "monitoring.edit_mailbox"


def found(mailbox_id: UUID) -> Mailbox:
    """The mailbox of this id with its owner; another tenant's is missing like any other."""
    mailbox = lists.matching(Wanted()).filter(pk=mailbox_id).first()
    if mailbox is None:
        raise Http404
    return mailbox


def row_of(mailbox: Mailbox) -> dict[str, Any]:
    """A mailbox in words, as the grid and its own page show it."""
    is_by_hand = mailbox.suspended_by == Mailbox.BY_OPERATOR
    return {
        "mailbox": mailbox,
        "state": wording.state(mailbox.state),
        "badge": badges.of_mailbox(mailbox.state),
        "is_suspended": mailbox.state == Mailbox.SUSPENDED,
        "why": _("Suspended by an operator.") if is_by_hand else findings.code(mailbox.code),
    }


def allowed(request: HttpRequest, person: Person) -> dict[str, bool]:
    """What this operator may do to this person's mailboxes; `is_outranked`: nothing, for they stand as high."""
    is_outranked = desk.outranks(person, request.operator)
    return {
        "may_change": request.operator.has_perm(CHANGE) and not is_outranked,
        "may_edit": request.operator.has_perm(EDIT) and not is_outranked,
        "is_outranked": is_outranked,
    }


def withheld(request: HttpRequest, person: Person) -> HttpResponse | None:
    """The answer for whom this person's mailboxes are not: nobody acts on an operator of their rank or above."""
    if not desk.outranks(person, request.operator):
        return None
    words = _("This person is an operator of your rank or above. Ask somebody who stands higher.")
    return problem(request, 403, _("This is not yours to change"), words)
