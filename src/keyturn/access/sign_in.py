"""Signing in: who it is, what it costs, and what comes of it.

The order is the defence (security.md 5.5, 5.9, 5.15): limits by source; then temporary passwords, which have a
counter of their own, so that nobody can spend them for the owner; then the delay, counted before anything is
compared; then the original. Work depends on what was typed, never on whether somebody has that name: three
hashes for the shape of a temporary password, one for everything else.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from keyturn.access import devices, limits, sessions
from keyturn.access.devices import Device
from keyturn.access.limits import Bucket
from keyturn.audit import events
from keyturn.directories import accounts, pending, registry
from keyturn.directories.base import Verdict
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.lib import addresses, text
from keyturn.lib.addresses import EmailAddress
from keyturn.outbox import posting
from keyturn.outbox import queries as outbox
from keyturn.passwords.core import generate
from keyturn.people import identifiers
from keyturn.people import queries as people
from keyturn.people.models import Address
from keyturn.tenants.models import Tenant

LONGEST_PASSWORD = 256  # characters; a limit of input, not of strength
_ASK_AGAIN = timedelta(seconds=10)  # when a directory gave no answer


@dataclass(frozen=True)
class Credentials:
    """What somebody typed, with what device, from where, for which kind of session (Session.WEB or Session.API)."""

    identifier: str
    password: str = field(repr=False)
    device: str = field(repr=False)
    source: str
    kind: str
    agent: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A session's token and the device's text; `must_change_password` after a temporary password."""

    token: str = field(repr=False)
    device: str = field(repr=False)
    must_change_password: bool
    expires_at: datetime


@dataclass(frozen=True)
class Refused:
    """Not signed in. Nobody is told whether the name, the password or the status was wrong."""


@dataclass(frozen=True)
class Wait:
    """Nothing was compared; ask again at `until`."""

    until: datetime


@dataclass(frozen=True)
class Typed:
    """The credentials in the forms that are compared. `login_key` is empty when nobody can have such a name."""

    login_key: str
    email: EmailAddress | None
    password: str = field(repr=False)
    device: Device | None
    bucket: Bucket


def sign_in(credentials: Credentials, tenant: Tenant, now: datetime) -> SignedIn | Refused | Wait:
    """Open a session for the right password, or say only that it was not, or when to try again."""
    typed = _read(credentials, tenant)
    if until := limits.source_must_wait(credentials.source, typed.device, now):
        return Wait(until)
    account = _find(typed)
    able = account if account and account.person.is_active and tenant.is_active else None
    if generate.has_temporary_shape(typed.password):
        if temporary := _try_temporary(able, typed.password, now):
            return _open(credentials, Opening(tenant, able, typed, temporary), now)
    if until := typed.bucket.count(now, account.password_changed_at if account else None):
        return Wait(until)
    verdict = registry.connect(account.directory.kind if account else "builtin").verify(able, typed.password)
    if verdict is Verdict.ACCEPTED:
        return _open(credentials, Opening(tenant, able, typed), now)
    return _refuse(credentials, typed, verdict, now=now, account=account, tenant=tenant)


@dataclass(frozen=True)
class Opening:
    """Everything known once the password was right."""

    tenant: Tenant
    account: Account
    typed: Typed
    temporary: TemporaryPassword | None = None


def _read(credentials: Credentials, tenant: Tenant) -> Typed:
    """Bring what was typed into the forms that are compared; what can be nobody's stays in its own bucket."""
    try:
        key = identifiers.key(credentials.identifier)
        password = text.secret(credentials.password, at_most=LONGEST_PASSWORD)
    except (identifiers.IdentifierRefused, text.TextRefused):
        key, password = "", "-"
    device = devices.read(credentials.device, key)
    return Typed(key, _email(credentials.identifier), password, device, limits.bucket(str(tenant.id), key, device))


def _email(raw: str) -> EmailAddress | None:
    try:
        return addresses.parse(raw)
    except addresses.AddressRefused:
        return None


def _find(typed: Typed) -> Account | None:
    """The account by its login, otherwise by an address that finds its person; both are asked for in any case."""
    by_login = accounts.by_login(typed.login_key)
    by_email = _of_address(typed.email) if typed.email else None
    return by_login or by_email


def _of_address(email: EmailAddress) -> Account | None:
    """The same rule as people.queries.by_email, in one statement with the account."""
    found = {"person__addresses__kind": Address.EMAIL, "person__addresses__finds_person": True}
    found["person__addresses__lowered"] = email.lowered
    if not email.key.isascii():
        found["person__addresses__key"] = email.key
    return Account.objects.select_related("person", "directory").filter(**found).first()


def _try_temporary(account: Account | None, password: str, now: datetime) -> TemporaryPassword | None:
    """Compare with both channels' temporary passwords; costs two hashes whoever it is."""
    waiting = pending.candidates(account)
    dead = outbox.dead([candidate.message_id for candidate in waiting])
    return pending.try_use(account, password, now, dead)


def _open(credentials: Credentials, opening: Opening, now: datetime) -> SignedIn:
    """Write the session and what follows from it, all of it or nothing."""
    account, typed, temporary = opening.account, opening.typed, opening.temporary
    person = f"person:{account.person_id}"
    with transaction.atomic():
        kind = sessions.Opening(credentials.kind, credentials.agent, temporary)
        opened = sessions.begin(account, kind, opening.tenant, now)
        if temporary is None:
            posting.call_back(pending.cancel(account, now, "original_used"), now)
            typed.bucket.clear()
        how = "temporary_password" if temporary else "password"
        details = {"source": credentials.source, "kind": credentials.kind, "by": how}
        events.record("session.opened", at=now, actor=person, subject=person, **details)
    device = _device(account, typed)
    return SignedIn(opened.token, device, temporary is not None, opened.session.expires_at)


def _device(account: Account, typed: Typed) -> str:
    """A device's text for the name that was typed; a device that is known stays the one it is."""
    email = people.main_email(account.person)
    masked = addresses.parse(email.raw).masked if email else ""
    return devices.make(typed.login_key, masked, device_id=typed.device.id if typed.device else None)


def _refuse(credentials: Credentials, typed: Typed, verdict: Verdict, **whom) -> Refused | Wait:
    """The same words, statements and time for a wrong password and for a name that nobody has."""
    now, account, tenant = whom["now"], whom["account"], whom["tenant"]
    if verdict is Verdict.UNREACHABLE:
        return Wait(now + _ASK_AGAIN)
    with transaction.atomic():
        limits.remember_failure(credentials.source, str(tenant.id), typed.login_key, now)
        subject = f"person:{account.person_id}" if account else ""
        events.record("sign_in.refused", at=now, actor="anonymous", subject=subject, source=credentials.source)
    return Refused()
