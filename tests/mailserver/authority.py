"""A certificate authority for tests, and the certificates that a server should not be trusted with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """Ours; its good certificates hold where `bundle` is trusted."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._ours = trustme.CA()
        self.bundle = folder / "authority.pem"
        self._ours.cert_pem.write_to_path(self.bundle)

    def good(self) -> Path:
        """Ours, for 127.0.0.1, today."""
        return self._kept("good", self._ours.issue_cert("127.0.0.1"))

    def wrong_name(self) -> Path:
        """Ours, for another host."""
        return self._kept("wrong_name", self._ours.issue_cert("other.example"))

    def expired(self) -> Path:
        """Ours, until yesterday."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        return self._kept("expired", self._ours.issue_cert("127.0.0.1", not_after=yesterday))

    def not_yet_valid(self) -> Path:
        """Ours, from tomorrow on."""
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        return self._kept("not_yet_valid", self._ours.issue_cert("127.0.0.1", not_before=tomorrow))

    def untrusted(self) -> Path:
        """For 127.0.0.1, by an authority that nobody knows."""
        return self._kept("untrusted", trustme.CA().issue_cert("127.0.0.1"))

    def self_signed(self) -> Path:
        """Signed by itself."""
        stranger = trustme.CA()
        path = self._folder / "self_signed.pem"
        path.write_bytes(stranger.private_key_pem.bytes() + stranger.cert_pem.bytes())
        return path

    def _kept(self, name: str, certificate: trustme.LeafCert) -> Path:
        path = self._folder / f"{name}.pem"
        certificate.private_key_and_cert_chain_pem.write_to_path(path)
        return path
