"""What passkeys are asked and what they answer, judged by python-fido2; no rows here, so nothing is remembered.

Attestation is not asked for: any maker's key will do. The origin is compared whole: no other site's page, and no
other port of this host, can have an answer signed that is taken here.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fido2.cose import ES256, RS256, EdDSA
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticatorData,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

_TOLD = ("id", "rawId", "type")
_SIGNED = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")
LONGEST_ANSWER = 20_000  # characters of JSON; an answer without attestation is a tenth of that
_ALGORITHMS = (ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM)
_IF_IT_CAN = UserVerificationRequirement.PREFERRED  # the password came before: a touch alone is a second factor
_UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    OverflowError,
    RecursionError,
)


@dataclass(frozen=True)
class Site:
    """Where the browser is: its origin as we know it, and the organization's name."""

    origin: str
    name: str

    @property
    def rp_id(self) -> str:
        """The host name that passkeys are bound to."""
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True)
class Answer:
    """What a browser brought from a passkey, as JSON, and where it is."""

    site: Site
    text: str = field(repr=False)


@dataclass(frozen=True)
class Key:
    """A passkey as far as it is known: its public half, and how many signatures it has counted."""

    credential: AttestedCredentialData
    count: int

    @property
    def id(self) -> str:
        """Its identifier, in base64url."""
        return base64.urlsafe_b64encode(self.credential.credential_id).decode()


def to_create(site: Site, owner: tuple[bytes, str], known: Iterable[bytes], challenge: bytes) -> dict[str, Any]:
    """Options of navigator.credentials.create() for an owner (id, name) whose known keys are not wanted again."""
    user = PublicKeyCredentialUserEntity(id=owner[0], name=owner[1], display_name=owner[1])
    options, _ = _server(site).register_begin(
        user,
        credentials=[AttestedCredentialData(key) for key in known],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=_IF_IT_CAN,
        challenge=challenge,
    )
    return dict(options)


def to_get(site: Site, known: Iterable[bytes], challenge: bytes) -> dict[str, Any]:
    """Options of navigator.credentials.get() by which one of the known keys signs."""
    keys = [AttestedCredentialData(key) for key in known]
    options, _ = _server(site).authenticate_begin(keys, user_verification=_IF_IT_CAN, challenge=challenge)
    return dict(options)


def created(answer: Answer, challenge: bytes) -> Key | None:
    """The new key; None when the answer is not to this challenge, from this site, with a signature we can check."""
    try:
        made = _server(answer.site).register_complete(_state(challenge), _read(answer))
        if made.credential_data is None or made.credential_data.public_key[3] not in _ALGORITHMS:
            return None
    except _UNREADABLE:
        return None
    return Key(made.credential_data, made.counter)


def signed(answer: Answer, known: Iterable[bytes], challenge: bytes) -> Key | None:
    """The known key that signed this challenge at this site, with its new count; None when none did."""
    try:
        response = _read(answer)
        keys = [AttestedCredentialData(key) for key in known]
        used = _server(answer.site).authenticate_complete(_state(challenge), keys, response)
        return Key(used, AuthenticatorData(_bytes(response["response"]["authenticatorData"])).counter)
    except _UNREADABLE:
        return None


def _server(site: Site) -> Fido2Server:
    """The library's judge, for exactly this origin."""
    us = PublicKeyCredentialRpEntity(id=site.rp_id, name=site.name)
    server = Fido2Server(us, verify_origin=lambda origin: origin == site.origin)
    server.allowed_algorithms = [
        PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=number) for number in _ALGORITHMS
    ]
    return server


def _state(challenge: bytes) -> dict[str, Any]:
    text = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    return {"challenge": text, "user_verification": _IF_IT_CAN}


def _read(answer: Answer) -> Mapping[str, Any]:
    """The browser's JSON, of it only what is read, which is text; raises ValueError for anything else.

    The library makes bytes of whatever it is given, and of a number as many zero bytes as it says.
    """
    if len(answer.text) > LONGEST_ANSWER:
        raise ValueError("too long")
    try:
        given = json.loads(answer.text)
    except RecursionError as problem:
        raise ValueError("too deep") from problem
    if not isinstance(given, dict) or not isinstance(given.get("response"), dict):
        raise ValueError("no answer of a passkey")
    return _texts(given, _TOLD) | {"response": _texts(given["response"], _SIGNED)}


def _texts(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    found = {name: given[name] for name in names if given.get(name) is not None}
    if not all(isinstance(value, str) for value in found.values()):
        raise ValueError("not text")
    return found


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
