"""A certificate for the hosts of the mail server, and who signed it: elliptic curves, as most servers have now."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from benchmarks.rig.mailserver import HOSTS

AUTHORITY, SERVER = "authority.pem", "server.pem"
_PEM, _SHA256 = serialization.Encoding.PEM, hashes.SHA256()


def make(folder: Path) -> None:
    """Write AUTHORITY, a certificate, and SERVER, which has its key and chain."""
    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _described("authority", "authority", authority).add_extension(
        x509.BasicConstraints(True, 0), critical=True
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host)) for host in HOSTS])
    leaf = _described("server", "authority", server).add_extension(names, critical=False)
    signed = [one.sign(authority, _SHA256).public_bytes(_PEM) for one in (leaf, root)]
    key = server.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / AUTHORITY).write_bytes(signed[1])
    (folder / SERVER).write_bytes(key + b"".join(signed))


def _described(name: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    subject, signer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer))
    return (
        x509.CertificateBuilder(signer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )
