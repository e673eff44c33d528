"""Signing in: who it is, what it costs, and what comes of it.

The order is the defence (docs/security.md, Signing in): limits by source; then temporary passwords, which have a
counter of their own, so that nobody can spend them for the owner; then the delay, counted before anything is
compared; then the original. Work depends on what was typed, never on whether somebody has that name: three
hashes for the shape of a temporary password, one for everything else: what an operator typed for somebody is
compared within that one (lib/hashing.hash_beside).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from keyturn.access import devices, limits, names, newcomers, sessions
from keyturn.access.devices import Device
from keyturn.access.limits import Bucket
from keyturn.access.names import Holder
from keyturn.audit import events
from keyturn.directories import pending, registry
from keyturn.directories.accounts import BUILTIN
from keyturn.directories.base import Verdict
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.lib import addresses, text
from keyturn.lib.addresses import EmailAddress
from keyturn.outbox import posting
from keyturn.outbox import queries as outbox
from keyturn.passwords.core import generate
from keyturn.people import identifiers
from keyturn.tenants.models import Tenant

_NO_MESSAGE = UUID(int=0)  # asked for where none waits, or the statement would tell that one does
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
    """A session's token and the device's text; `must_change_password` after a temporary password.

    `cancelled_temporary`: the original was used while a temporary password waited, which the owner should hear of.
    """

    token: str = field(repr=False)
    device: str = field(repr=False)
    must_change_password: bool
    expires_at: datetime
    cancelled_temporary: bool = False


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
    known = Known(tenant, names.holder(typed.login_key, typed.email), typed)
    if generate.has_temporary_shape(typed.password):
        if until := limits.guesser_must_wait(credentials.source, typed.bucket, now):
            return Wait(until)
        if opened := _by_temporary(credentials, known, now):
            return opened
    return _by_original(credentials, known, now)


@dataclass(frozen=True)
class Known:
    """What is known before the password is compared, and, once it was one, the temporary password that it is."""

    tenant: Tenant
    holder: Holder | None
    typed: Typed
    temporary: TemporaryPassword | None = None

    @property
    def able(self) -> Account | None:
        """The account of somebody who may sign in with the password they have."""
        is_able = self.holder is not None and self.holder.is_active and self.tenant.is_active
        return self.holder.account if is_able else None

    @property
    def newcomer(self) -> Account | None:
        """The account of somebody who came by a PIN and has only the temporary password that was mailed."""
        is_new = self.holder is not None and self.holder.is_pending and self.tenant.is_active
        return self.holder.account if is_new else None


def _by_temporary(credentials: Credentials, known: Known, now: datetime) -> SignedIn | None:
    """With a temporary password that was sent; None when it is none."""
    fitting = _fitting_temporary(known.able or known.newcomer, known.typed.password, now)
    return _open(credentials, replace(known, temporary=fitting), now) if fitting else None


def _by_original(credentials: Credentials, known: Known, now: datetime) -> SignedIn | Refused | Wait:
    """With the password of the directory, or with one that an operator typed for somebody."""
    holder, able, typed = known.holder, known.able, known.typed
    told = pending.told(able, now)
    if until := typed.bucket.count(now, _forgiven_at(holder, told)):
        return Wait(until)
    directory = registry.connect(holder.directory_kind if holder else BUILTIN)
    verdict, is_told = directory.verify_beside(able, typed.password, told.hash if told else "")
    if verdict is Verdict.ACCEPTED:
        return _open(credentials, known, now)
    if is_told and (opened := _open(credentials, replace(known, temporary=told), now)):
        return opened
    if verdict is Verdict.UNREACHABLE:
        return Wait(now + _ASK_AGAIN)
    return _refuse(credentials, typed, holder, now)


def _forgiven_at(holder: Holder | None, told: TemporaryPassword | None) -> datetime | None:
    """Failures before the last change of the password, or before an operator set one, weigh nothing."""
    moments = (holder.account.password_changed_at if holder else None, told.created_at if told else None)
    return max((moment for moment in moments if moment), default=None)


def _read(credentials: Credentials, tenant: Tenant) -> Typed:
    """Bring what was typed into the forms that are compared; what can be nobody's stays in its own bucket."""
    try:
        key = identifiers.key(credentials.identifier)
        password = text.secret(credentials.password)
    except (identifiers.IdentifierRefused, text.TextRefused):
        key, password = "", "-"
    device = devices.read(credentials.device, key)
    return Typed(key, _email(credentials.identifier), password, device, limits.bucket(str(tenant.id), key, device))


def _email(raw: str) -> EmailAddress | None:
    try:
        return addresses.parse(raw)
    except addresses.AddressRefused:
        return None


def _fitting_temporary(account: Account | None, password: str, now: datetime) -> TemporaryPassword | None:
    """Compare with both channels' temporary passwords; costs two hashes and the same statements whoever it is."""
    waiting = [candidate.message_id for candidate in pending.candidates(account)]
    dead = outbox.dead(waiting or [_NO_MESSAGE])
    return pending.fitting(account, password, now, dead)


class _Outrun(Exception):
    """The temporary password was used, or ended, in this very moment."""


def _open(credentials: Credentials, known: Known, now: datetime) -> SignedIn | None:
    """Write the session and what follows from it, all of it or nothing; None when a temporary password is over."""
    try:
        with transaction.atomic():
            if not _may_come_in(known, now):
                return None
            return _write(credentials, known, now)
    except _Outrun:
        return None


def _may_come_in(known: Known, now: datetime) -> bool:
    """Use the temporary password up, which makes a newcomer one of us; raises _Outrun when somebody else did.

    The person's row is taken before the account's, as by whoever removes newcomers that never signed in.
    """
    if known.temporary is None:
        return True
    account = known.holder.account
    welcomed = newcomers.welcome(account.person_id, now) if known.holder.is_pending else newcomers.Welcome.COME_IN
    if welcomed is newcomers.Welcome.TAKEN:
        return False
    if welcomed is newcomers.Welcome.OVER or not pending.use(account, known.temporary, now):
        raise _Outrun
    return True


def _write(credentials: Credentials, known: Known, now: datetime) -> SignedIn:
    account, temporary = known.holder.account, known.temporary
    person = f"person:{account.person_id}"
    details = {"source": credentials.source, "kind": credentials.kind}
    cancelled = temporary is None and known.holder.has_temporary
    opening = sessions.Opening(credentials.kind, credentials.agent, temporary)
    opened = sessions.begin(account, opening, known.tenant, now)
    if temporary is None:
        _settle_for_the_original(known, now)
    details["by"] = "temporary_password" if temporary else "password"
    events.record("session.opened", at=now, actor=person, subject=person, **details)
    return SignedIn(opened.token, _device(known), temporary is not None, opened.session.expires_at, cancelled)


def _settle_for_the_original(known: Known, now: datetime) -> None:
    """Whoever knows the original needs no temporary one, and has not been guessing."""
    known.typed.bucket.clear()
    if known.holder.has_temporary:
        posting.call_back(pending.cancel(known.holder.account, now, "original_used"), now)


def _device(known: Known) -> str:
    """A device's text for the name that was typed; a device that is known stays the one it is."""
    typed, email = known.typed, known.holder.main_email
    masked = addresses.parse(email).masked if email else ""
    return devices.make(typed.login_key, masked, device_id=typed.device.id if typed.device else None)


def _refuse(credentials: Credentials, typed: Typed, holder: Holder | None, now: datetime) -> Refused:
    """The same words, statements and time for a wrong password and for a name that nobody has."""
    with transaction.atomic():
        limits.remember_failure(credentials.source, typed.bucket, now)
        subject = f"person:{holder.account.person_id}" if holder else ""
        events.record("sign_in.refused", at=now, actor="anonymous", subject=subject, source=credentials.source)
    return Refused()
