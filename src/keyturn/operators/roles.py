"""What an operator may do: four roles of a tenant, the owner of the installation, and the permissions of each.

Permissions have Django's names (`app.verb_noun`), so that `operator.has_perm(...)` and `{% if perms... %}` work.
The higher rank may do everything that a lower one may; nobody acts on somebody of equal or higher rank.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

_LOOKING = {
    "people.view_person",
    "recovery.view_recovery",
    "outbox.view_message",
    "tenants.view_settings",
    "audit.view_event",
    "operators.view_operator",
    "enrollment.view_pin",
    "monitoring.view_mailbox",
}
_HELPING = {
    "people.view_person",
    "people.add_person",
    "people.change_person",
    "enrollment.view_pin",
    "recovery.view_recovery",
    "recovery.reset_password",
    "recovery.enter_password",
    "recovery.approve_reset",
    "access.end_sessions",
    "outbox.view_message",
    "outbox.resend_message",
    "monitoring.view_mailbox",
    "monitoring.change_mailbox",
}
_RULING = {
    "people.delete_person",
    "people.export_person",
    "people.import_person",
    "tenants.change_settings",
    "audit.export_event",
    "operators.change_operator",
    "outbox.change_layouts",
    "people.change_rights",
    "enrollment.issue_pin",
    "enrollment.approve_pin",
    "enrollment.disable_made",
    "monitoring.edit_mailbox",
}


class Role(models.TextChoices):
    """What a member of staff is for, from the most to the least."""

    OWNER = "owner", _("Owner: everything, other owners included")
    ADMINISTRATOR = "administrator", _("Administrator: settings, people, operators below")
    HELPDESK = "helpdesk", _("Helpdesk: finds people and gets them back in")
    AUDITOR = "auditor", _("Auditor: sees everything, changes nothing")


RANKS = {Role.AUDITOR: 10, Role.HELPDESK: 20, Role.ADMINISTRATOR: 30, Role.OWNER: 40}
INSTALLATION_OWNER = 50  # belongs to no tenant, and acts inside one only where that tenant can see it

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.AUDITOR: frozenset(_LOOKING | {"audit.export_event"}),
    Role.HELPDESK: frozenset(_HELPING),
    Role.ADMINISTRATOR: frozenset(_LOOKING | _HELPING | _RULING),
    Role.OWNER: frozenset(_LOOKING | _HELPING | _RULING),
}


def may(role: str, permission: str) -> bool:
    """Whether a role has a permission."""
    return permission in PERMISSIONS.get(role, frozenset())


def that_may(permission: str) -> list[Role]:
    """The roles that have a permission, the lowest last."""
    return [role for role in Role if may(role, permission)]
