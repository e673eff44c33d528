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
