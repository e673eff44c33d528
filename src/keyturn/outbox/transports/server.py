"""An outgoing mail server: where it is, how the connection is secured, as whom we sign in, who the sender is."""

from dataclasses import dataclass, field

NONE, STARTTLS, IMPLICIT = "none", "starttls", "implicit"
PORTS = {NONE: 25, STARTTLS: 587, IMPLICIT: 465}


@dataclass(frozen=True)
class Server:
    """One server. Equal servers share a connection. An empty `from_address` or `from_name` means the tenant's."""

    name: str
    host: str
    port: int
    tls: str
    username: str = ""
    password: str = field(default="", repr=False)
    from_address: str = ""
    from_name: str = ""
    guarded: bool = False  # described by an operator: reaches public addresses only (lib.egress)
