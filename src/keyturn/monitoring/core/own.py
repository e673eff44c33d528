"""Whether an address is that of the mailbox which is broken: a notice there would lie unread."""


def is_own(username: str, host: str, address: str) -> bool:
    """Whether mail to this address (its lowered form) lands in the mailbox of this user name at this host.

    A user name without a domain is the local part at the host's own domain: mara at mail.movers.example.
    """
    local, _at, domain = address.rpartition("@")
    name = username.lower()
    if "@" in name:
        return name == address
    return name == local and (host == domain or host.endswith(f".{domain}"))
