"""A passkey made of software: signs what a page asks, as a device would, or wrongly, as a test wants it."""

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)


@dataclass
class SoftKey:
    """One device with one key. `count` grows by one with every signature; a device that does not count stays at 0."""

    origin: str = "https://movers.example"
    counts: bool = True
    count: int = 0
    touched: bool = True
    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(32))

    def creates(self, options: dict[str, Any]) -> str:
        """The browser's answer to navigator.credentials.create()."""
        wanted = options["publicKey"]
        client = self._client(CollectedClientData.TYPE.CREATE, wanted)
        credential = AttestedCredentialData.create(
            Aaguid(bytes(16)), self.id, ES256.from_cryptography_key(self._public)
        )
        data = self._data(wanted["rp"]["id"], credential)
        return self._answer(client, attestationObject=AttestationObject.create("none", data, {}))

    def signs(self, options: dict[str, Any]) -> str:
        """The browser's answer to navigator.credentials.get()."""
        wanted = options["publicKey"]
        client = self._client(CollectedClientData.TYPE.GET, wanted)
        data = self._data(wanted["rpId"])
        signature = self.private.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(client, authenticatorData=data, signature=signature)

    @property
    def _public(self) -> ec.EllipticCurvePublicKey:
        return self.private.public_key()

    def _client(self, kind: str, wanted: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, wanted["challenge"], self.origin)

    def _data(self, rp_id: str, credential: AttestedCredentialData | None = None) -> AuthenticatorData:
        self.count += self.counts
        flags = AuthenticatorData.FLAG.UP if self.touched else AuthenticatorData.FLAG(0)
        if credential:
            flags |= AuthenticatorData.FLAG.AT
        digest = hashes.Hash(hashes.SHA256())
        digest.update(rp_id.encode())
        return AuthenticatorData.create(digest.finalize(), flags, self.count, credential or b"")

    def _answer(self, client: bytes, **response: bytes) -> str:
        parts = {"clientDataJSON": client, **response}
        return json.dumps(
            {
                "id": text(self.id),
                "rawId": text(self.id),
                "type": "public-key",
                "response": {name: text(bytes(value)) for name, value in parts.items()},
                "clientExtensionResults": {},
            }
        )


def text(raw: bytes) -> str:
    """Base64url, as browsers write it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
