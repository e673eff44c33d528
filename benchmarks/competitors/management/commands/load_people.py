"""Makes one active person for each address on the standard input.

Everybody gets one and the same hash: nobody ever signs in with the password that was forgotten.
"""

import sys

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """python -m django load_people < addresses"""

    def handle(self, **_: object) -> None:
        """Read, make, and where django-allauth is there, confirm the addresses."""
        old = make_password("the one that was forgotten")
        people = [User(username=one, email=one, password=old) for one in sys.stdin.read().split()]
        User.objects.bulk_create(people, batch_size=1000)
        if apps.is_installed("allauth.account"):
            address = apps.get_model("account", "EmailAddress")
            confirmed = [
                address(user=one, email=one.email, primary=True, verified=True) for one in User.objects.all()
            ]
            address.objects.bulk_create(confirmed, batch_size=1000)
