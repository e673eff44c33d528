"""Values to look at a layout with: none of them opens anything, and each is as long as a real one."""

from datetime import UTC, datetime
from typing import Any

from keyturn.outbox.wording import wording
from keyturn.tenants.models import Tenant

NAME = "Alex Example"


def values(tenant: Tenant, person: Any = None, language: str = "") -> dict[str, str]:
    """A value for every item there is; `person` (a people.Person) gives a name and user name."""
    origin = tenant.public_url.rstrip("/")
    words = wording(language or tenant.language)
    return {
        "LINK": f"{origin}/r/{'sample-' * 6}A",
        "CODE": "123456",
        "PASSWORD": "Sample7-Only",
        "PINCODE": "ABCD-EFGHJ-KMNPQ",
        "SIGN_UP_LINK": f"{origin}/sign-up",
        "MAILBOX_LINK": f"{origin}/mailbox/{'sample-' * 6}A",
        "MAILBOX": "Work mail",
        "MAIL_SERVERS": "mail.example",
        "MAILBOXES_LINK": f"{origin}/console/mailboxes/",
        "OWNER": NAME,
        "USERNAME": person.identifier if person else "alex",
        "OPERATORS": "otto",
        "PERSON_NAME": person.name if person else NAME,
        "TENANT": tenant.name,
        "ENVIRONMENT": tenant.environment_name or tenant.name,
        "SUPPORT": tenant.support_contact or words.without_support,
        "SIGN_IN_LINK": f"{origin}/sign-in",
        "EXPIRES_MINUTES": str(tenant.ticket_expiration_minutes),
        "WHEN": f"{datetime(2026, 1, 31, 12, 0, tzinfo=UTC):%Y-%m-%d %H:%M} UTC",
    }
