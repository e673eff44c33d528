"""The world in which the journeys play: one Mara for each story, so that limits by person do not meet."""

import zlib

MOVERS_URL = "http://127.0.0.1:8000"  # the installation puts its own port in place of 8000
SWITCHES = {
    "allow_mobile_password_reset": True,
    "allow_password_reset_via_email": True,
    "ticket_expiration_minutes": 60,
    "disclosure": "uniform",
    "password_preset": "standard",
}
PROVIDER = "Example Wireless"
HARBOR = "harbor.localhost"
QUAY = "localhost"  # which programs find, too
OPERATORS = "copper kettle on a windowsill"
OLD = "old-harbor-{}-lantern"  # everybody's first password


def old(story: str) -> str:
    """The password that somebody forgot."""
    return OLD.format(story)


def new(story: str) -> str:
    """The password that somebody chooses; their own name may not stand in it."""
    return f"herons-{zlib.crc32(story.encode())}-land-softly"


def person(story: str, *, sms: str = "", **details) -> dict:
    """Somebody of Movers, in the form of a world file."""
    email = details.pop("email", f"{story}@movers.example")
    row = {"identifier": email, "name": f"Mara {story.title()}", "email": email, "password": old(story)}
    row |= {"allow_mobile_password_reset": True, "status": "active"}
    if sms:
        row |= {"cell_provider": PROVIDER, "phones": [{"number": sms, "type": "sms"}]}
    return row | details


def world() -> dict:
    """The tenants and everybody in them."""
    return {"tenants": [_movers(), _labs(), _harbor(), quay([])]}


def _movers() -> dict:
    return {
        "slug": "movers",
        "name": "Movers",
        "hosts": ["movers.localhost", "127.0.0.1"],
        "public_url": MOVERS_URL,
        "support_contact": "Call dispatch, 415 555 0100",
        "settings": dict(SWITCHES),
        "cell_providers": [{"name": PROVIDER, "sms_domain": "sms.example.net", "number_format": "10-digit"}],
        "people": [
            person("link"),
            person("cancel"),
            person("alone"),
            person("weak"),
            person("robots"),
            person("postfix"),
            person("app", sms="+1 415 555 0111"),
            person("foreign", sms="+1 415 555 0112"),
            person("owner", sms="+1 415 555 0113"),
            person("quiet"),
            person("forced", sms="+1 415 555 0114"),
            person("original", sms="+1 415 555 0115"),
            person("refused", email="rosa@full.example", other_addresses=["rosa@home.example"]),
            person("bounced", email="bruno@full.example", other_addresses=["bruno@home.example"]),
            person("both", email="jo@shared.example"),
            person("nils", status="inactive"),
            person("sofia", language="es"),
        ],
    }


def _labs() -> dict:
    return {
        "slug": "labs",
        "name": "Labs",
        "hosts": ["labs.localhost"],
        "public_url": MOVERS_URL.replace("127.0.0.1", "labs.localhost"),
        "settings": dict(SWITCHES),
        "people": [person("labs", email="jo@shared.example")],
    }


def _harbor() -> dict:
    """Where Vera's PIN lets somebody in; its messages are changed on the way, so nobody else lives there."""
    vera = {"identifier": "vera", "name": "Vera Stone", "email": "vera@harbor.example", "password": old("vera")}
    vera |= {"permissions": ["export"], "profiles": ["dispatcher"]}
    vera |= {"company_exceptions": [{"company": "Night Vans", "effect": "deny"}]}
    return {
        "slug": "harbor",
        "name": "Harbor",
        "hosts": [HARBOR],
        "public_url": MOVERS_URL.replace("127.0.0.1", HARBOR),
        "operators": [{"username": "otto", "password": OPERATORS, "email": "otto@harbor.example"}],
        "permissions": [
            {"key": "drive", "label": "Drive vans"},
            {"key": "dispatch", "label": "Send drivers out"},
            {"key": "export", "label": "Take lists away", "kind": "export"},
        ],
        "profiles": [{"key": "dispatcher", "label": "Dispatcher", "permissions": ["drive", "dispatch"]}],
        "people": [vera],
    }


def quay(mailboxes: list[dict], **settings: object) -> dict:
    """Where Mara's mailbox is watched; the mail server's port is known only when it stands."""
    mara = person("mailbox", sms="+1 415 555 0116", other_addresses=["mara@home.example"], mailboxes=mailboxes)
    return {
        "slug": "quay",
        "name": "Quay",
        "hosts": [QUAY],
        "public_url": MOVERS_URL.replace("127.0.0.1", QUAY),
        "settings": SWITCHES | settings,
        "cell_providers": [{"name": PROVIDER, "sms_domain": "sms.example.net", "number_format": "10-digit"}],
        "operators": [{"username": "otto", "password": OPERATORS, "email": "otto@quay.example"}],
        "people": [mara],
    }
