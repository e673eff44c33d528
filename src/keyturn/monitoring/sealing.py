"""Where a mailbox's secret lies, and who can take it out: whoever may seal it, only the worker opens it.

    mailbox.sealed = sealing.seal(mailbox, secret)     as the mailbox stands, in its place and version
    rows.update(…, **sealing.renewed(mailbox, secret))  the next version: all columns of a new secret
    sealing.open(mailbox)                              worker only

It opens for this very row, place, user name and version: moved to another row, or its host changed beneath it, it is
worthless (security law 5.6). Beside it stands a slow hash, by which an old password is compared in the web process
without asking anybody outside.
"""

import json
from typing import Any

from keyturn.lib import hashing
from keyturn.lib import seal as lib_seal
from keyturn.lib.seal import SealBroken
from keyturn.monitoring.models import Mailbox

__all__ = ["SealBroken", "fits", "open", "renewed", "seal", "sealed_for", "wiped"]

BOX = "mailbox"
PLACE = ("protocol", "host", "port", "tls", "username", "method", "sending_host", "sending_port", "sending_tls")


def sealed_for(mailbox: Mailbox) -> str:
    """The one place where a secret opens. A list in JSON, so that no two places are written alike."""
    place = [getattr(mailbox, name) for name in PLACE]
    owner = [str(mailbox.tenant_id), str(mailbox.person_id), str(mailbox.id)]
    return json.dumps([BOX, *owner, *place, mailbox.secret_version])


def seal(mailbox: Mailbox, secret: str) -> bytes:
    """The secret, for the mailbox as it stands now."""
    return lib_seal.seal(BOX, secret.encode(), sealed_for(mailbox))


def resealed(mailbox: Mailbox) -> dict[str, Any]:
    """The columns of the same secret under the key that seals now; raises SealBroken. For the worker."""
    sealed, key = lib_seal.seal_by(BOX, open(mailbox).encode(), sealed_for(mailbox))
    return {"sealed": sealed, "sealed_with": key}


def open(mailbox: Mailbox) -> str:
    """The secret; raises SealBroken where there is none, or it was sealed for another place. For the worker."""
    if mailbox.sealed is None:
        raise SealBroken
    return lib_seal.unseal(BOX, bytes(mailbox.sealed), sealed_for(mailbox)).decode()


def fits(mailbox: Mailbox, secret: str) -> bool:
    """Whether this is the secret that is kept: one slow hash, also where none is kept."""
    return hashing.verify(secret, mailbox.verifier)


def renewed(mailbox: Mailbox, secret: str) -> dict[str, Any]:
    """The columns of a new secret, which also become the row's own; what was sealed before opens no more."""
    mailbox.secret_version += 1
    sealed, key = lib_seal.seal_by(BOX, secret.encode(), sealed_for(mailbox))
    return _kept(mailbox, sealed=sealed, sealed_with=key, verifier=hashing.hash_password(secret))


def wiped(mailbox: Mailbox) -> dict[str, Any]:
    """The columns of a mailbox without a secret."""
    mailbox.secret_version += 1
    return _kept(mailbox, sealed=None, sealed_with="", verifier="")


def _kept(mailbox: Mailbox, **columns: Any) -> dict[str, Any]:
    for name, value in columns.items():
        setattr(mailbox, name, value)
    return {**columns, "secret_version": mailbox.secret_version}
