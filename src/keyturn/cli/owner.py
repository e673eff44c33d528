"""`keyturn owner create`: an owner of the installation, and a link by which they choose a password, good once."""

from argparse import Namespace

from django.conf import settings
from django.db import transaction

from keyturn.cli.refusal import CommandRefused
from keyturn.lib import addresses, clock, text
from keyturn.operators import record, welcome
from keyturn.operators.models import Operator
from keyturn.people.changes import OWNER


def run(given: Namespace) -> int:
    """Make the owner where there is none of that name, and print a new link; earlier ones end.

    For one who is there already it is the way back in: whoever may run this has the server, so the link lets go of
    lost second factors, too, and an owner who was switched off comes back. All of it is recorded.
    """
    username, email = _checked(given.username, given.email)
    now = clock.now()
    with transaction.atomic():
        owner, is_new = Operator.objects.get_or_create(
            tenant=None, username=username, defaults={"email": email, "created_at": now}
        )
        Operator.objects.filter(pk=owner.pk).update(is_active=True)
        action = "operator.created" if is_new else "operator.welcome_renewed"
        record.about(owner, action, at=now, actor=OWNER)
        token = welcome.make(owner, now, resets_factors=not is_new)
    print(f"Owner {username} was made." if is_new else f"Owner {username} was there; earlier links have ended.")
    if not is_new:
        print("Using the link ends every session of theirs and removes their second factors.")
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
