"""What a tenant's own software finds in a sealed secret: the password, and where it belongs.

The place stands within the seal, so that software which compares it takes no password for another mailbox.
"""

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Contents:
    """A mailbox's place, login and secret. `version` grows with each secret."""

    mailbox: str
    version: int
    protocol: str
    host: str
    port: int
    tls: str
    username: str
    secret: str = field(repr=False)


def write(contents: Contents) -> bytes:
    """As one JSON object in UTF-8."""
    return json.dumps(asdict(contents), ensure_ascii=False).encode()
