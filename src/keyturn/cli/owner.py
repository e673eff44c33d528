"""`keyturn owner create`: an owner of the installation, and a link by which they choose a password, good once."""

from argparse import Namespace
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from keyturn.cli.refusal import CommandRefused
from keyturn.lib import addresses, clock, digest, text
from keyturn.operators.models import Operator, WelcomeLink

LINK_LIFETIME = timedelta(hours=24)  # longer than a person's: staff start it when it suits them


def run(given: Namespace) -> int:
    """Make the owner where there is none of that name, and print a new link; earlier ones end."""
    username, email = _checked(given.username, given.email)
    now, token = clock.now(), digest.opaque_token()
    with transaction.atomic():
        owner, is_new = Operator.objects.get_or_create(tenant=None, username=username, defaults={"email": email})
        WelcomeLink.objects.filter(operator=owner, used_at=None).update(expires_at=now)
        WelcomeLink.objects.create(
            operator=owner, digest=digest.plain("welcome", token), expires_at=now + LINK_LIFETIME
        )
    print(f"Owner {username} was made." if is_new else f"Owner {username} was there; earlier links have ended.")
    print("Open this link within 24 hours to choose a password. It works once:")
    print(f"{settings.KEYTURN_PUBLIC_URL}/console/welcome/{token}")
    return 0


def _checked(username: str, email: str) -> tuple[str, str]:
    try:
        return text.line(username, at_most=150), addresses.parse(email).raw if email else ""
    except text.TextRefused as problem:
        raise CommandRefused(f"--username cannot be taken: {problem.reason}") from problem
    except addresses.AddressRefused as problem:
        raise CommandRefused(f"--email is no email address: {problem.reason}") from problem
