"""What operators read in the audit: every action in a few words, and who did it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ACTIONS: dict[str, Promise] = {
    "session.opened": _("Signed in"),
    "session.ended": _("Signed out"),
    "sessions.ended": _("Signed out everywhere"),
    "sign_in.refused": _("Sign-in refused"),
    "account.opened": _("Login opened"),
    "password.first_set": _("First password loaded"),
    "password.changed": _("Password changed"),
    "temporary_password.used": _("Signed in with a temporary password"),
    "temporary_password.cancelled": _("Temporary password cancelled"),
    "temporary_password.died": _("Temporary password ended: its message did not arrive"),
    "recovery.flooded": _("More requests than the limit of the organization"),
    "recovery.opened": _("Way back in requested and sent"),
    "recovery.refused": _("Request refused"),
    "recovery.completed": _("New password set with link and code"),
    "ticket.spent": _("Link used up by wrong codes"),
    "person.created": _("Person put on record"),
    "person.updated": _("Person changed"),
    "person.activated": _("Person activated"),
    "person.deactivated": _("Person deactivated"),
    "person.deleted": _("Person taken off record"),
    "address.changed": _("Email address changed"),
    "other_addresses.changed": _("Other addresses changed"),
    "phones.changed": _("Phone numbers changed"),
    "mail_profile.saved": _("Mail server saved"),
    "tenant.created": _("Organization created"),
    "tenant.updated": _("Settings changed"),
    "cell_provider.saved": _("Cell provider saved"),
    "operator.created": _("Operator created"),
    "operator.updated": _("Operator changed"),
    "address.disclosed": _("Masked address shown to a visitor"),
    "message.bounced": _("Message came back"),
    "message.failed": _("Message refused by the mail server"),
    "message.expired": _("Message could not be delivered in time"),
    "message.repeated": _("Message sent again"),
    "message.hurried": _("Waiting message sent at once"),
    "audit.exported": _("Audit exported"),
    "ticket.revoked": _("Link ended by an operator"),
    "temporary_password.revoked": _("Temporary password ended by an operator"),
    "reset.sent": _("Link sent by an operator"),
    "password.entered": _("Password told on the telephone was typed"),
    "resets.flooded": _("An operator reset many people within an hour"),
    "caller_check.sent": _("Code for the caller sent"),
    "caller_check.passed": _("Caller read out the right code"),
    "caller_check.failed": _("Caller check failed"),
    "approval.asked": _("Second operator asked"),
    "approval.agreed": _("Second operator agreed"),
    "approval.declined": _("Second operator declined"),
    "person.renamed": _("User name changed"),
    "account.renamed": _("Login renamed"),
    "person.forgotten": _("Person forgotten"),
    "person.exported": _("All that is known about a person exported"),
    "people.exported": _("List of people exported"),
    "import.started": _("Import started"),
    "import.cancelled": _("Import stopped"),
    "people.imported": _("People imported"),
    "address.restored": _("Email address may be used again"),
    "mail_profile.removed": _("Mail server removed"),
    "mail_profiles.reordered": _("Order of mail servers changed"),
    "sms_gateway.saved": _("SMS gateway saved"),
    "sms_gateway.removed": _("SMS gateway removed"),
    "cell_provider.removed": _("Cell provider removed"),
    "operator.signed_in": _("Operator signed in"),
    "operator.signed_out": _("Operator signed out"),
    "operator_sign_in.refused": _("Operator's sign-in refused"),
    "operator.confirmed": _("Operator confirmed"),
    "operator.password_changed": _("Operator's password changed"),
    "operator.welcome_renewed": _("New welcome link for an operator"),
    "operator.role_changed": _("Operator's role changed"),
    "operator.deactivated": _("Operator switched off"),
    "operator.activated": _("Operator switched on"),
    "operator_sessions.ended": _("Operator signed out of other browsers"),
    "second_factor.added": _("Second factor added"),
    "second_factor.removed": _("Second factor removed"),
    "second_factors.removed": _("All second factors of an operator removed"),
    "second_factor.refused": _("Second factor refused"),
    "recovery_codes.renewed": _("New recovery codes"),
    "tenant.suspended": _("Organization suspended"),
    "tenant.resumed": _("Organization resumed"),
    "tenant_host.added": _("Host name added"),
    "tenant_host.removed": _("Host name removed"),
    "visit.begun": _("An owner of the installation entered"),
    "visit.ended": _("An owner of the installation left"),
    "settings.changed": _("Settings changed by an operator"),
    "api_key.issued": _("API key made"),
    "api_key.revoked": _("API key ended"),
    "permission.added": _("Permission added"),
    "permission.changed": _("Permission changed"),
    "permission.removed": _("Permission removed"),
    "profile.added": _("Profile added"),
    "profile.changed": _("Profile changed"),
    "profile.removed": _("Profile removed"),
    "rights.changed": _("Rights of a person changed"),
}
_ACTORS: dict[str, Promise] = {
    "anonymous": _("Somebody not signed in"),
    "worker": _("Keyturn"),
    "keyturn": _("Keyturn"),
    "owner": _("Command line"),
    "person": _("A person"),
    "operator": _("An operator"),
    "api_key": _("An API key"),
}


def actions() -> list[tuple[str, Promise]]:
    """Every action that has words, with them; in the order of docs/audit.md."""
    return list(_ACTIONS.items())


def action(name: str) -> Promise | str:
    """An action in words; the name itself of one that has none."""
    return _ACTIONS.get(name, name)


def actor(named: str) -> Promise | str:
    """Who it was, as far as the event alone says: the kind of actor, or the word itself."""
    return _ACTORS.get(named.partition(":")[0], named)
