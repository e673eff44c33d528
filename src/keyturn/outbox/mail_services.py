"""The mail services that a tenant may choose: what is pasted, where each is asked, and what it can do with a mail.

    SERVICES["mailgun"].regions["eu"]        where accounts of that region are asked: our word, never an operator's

Every one is spoken to by django-anymail (transports/provider). SendGrid is left out: anymail no longer tests it.
To add one: a line here, and whatever tests/outbox/mailservice.py needs to play it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SMTP = "smtp"  # no service of these: a mail server
MESSAGE_ID, KEEP_ID, AUTOMATIC = "Message-ID", "X-PM-KeepID", "Auto-Submitted"
_NOBODY = re.compile(r"(?!)")


@dataclass(frozen=True)
class Service:
    """One provider. `name` is its module in anymail.backends and its word in a mail profile.

    `regions` are the addresses of its API by region; the first is the usual one. `key` and `user` are what anymail
    calls what is pasted; a service without `user` has a key alone. `headers` are those of ours that it takes.
    """

    name: str
    label: str
    regions: Mapping[str, str]
    key: str = "api_key"
    user: str = ""
    has_domain: bool = False  # sends for a domain that need not be the sender's
    headers: frozenset[str] = frozenset({AUTOMATIC})
    stops_tracking: bool = True  # it can be told, with each mail, to leave our links alone
    carries_pictures: bool = True  # inline, by their Content-ID
    wrong_key: re.Pattern[str] = _NOBODY  # what it says of a key where the status does not
    about_recipient: re.Pattern[str] = _NOBODY  # what it says of a recipient who will never pass

    @property
    def keeps_message_id(self) -> bool:
        """Whether every try of a message arrives under the Message-ID that we gave it."""
        return MESSAGE_ID in self.headers


SERVICES = {
    service.name: service
    for service in (
        Service(
            "mailgun",
            "Mailgun",
            {"us": "https://api.mailgun.net/v3/", "eu": "https://api.eu.mailgun.net/v3/"},
            has_domain=True,
            headers=frozenset({MESSAGE_ID, AUTOMATIC}),
            about_recipient=re.compile(r"'to' parameter"),
        ),
        Service(
            "postmark",
            "Postmark",
            {"": "https://api.postmarkapp.com/"},
            key="server_token",
            headers=frozenset({MESSAGE_ID, KEEP_ID, AUTOMATIC}),
        ),
        Service(
            "brevo",
            "Brevo",
            {"": "https://api.brevo.com/v3/"},
            stops_tracking=False,
            carries_pictures=False,
            about_recipient=re.compile(r"\bin to\b"),
        ),
        Service(
            "mailjet",
            "Mailjet",
            {"eu": "https://api.mailjet.com/v3.1/", "us": "https://api.us.mailjet.com/v3.1/"},
            key="secret_key",
            user="api_key",
            about_recipient=re.compile(r'"ErrorRelatedTo":\s*\[\s*"To'),
        ),
        Service(
            "mailersend",
            "MailerSend",
            {"": "https://api.mailersend.com/v1/"},
            key="api_token",
            headers=frozenset(),  # for its dearer plans alone
            about_recipient=re.compile(r'"to\.0\.email"'),
        ),
        Service(
            "resend",
            "Resend",
            {"": "https://api.resend.com/"},
            stops_tracking=False,
            about_recipient=re.compile(r"Invalid [`'\"]?to[`'\"]? field"),
        ),
        Service(
            "sparkpost",
            "SparkPost",
            {"us": "https://api.sparkpost.com/api/v1/", "eu": "https://api.eu.sparkpost.com/api/v1/"},
            about_recipient=re.compile(r'"code":\s*"(?:1902|5002|5005)"'),
        ),
        Service(
            "mandrill",
            "Mandrill (Mailchimp Transactional)",
            {"": "https://mandrillapp.com/api/1.0/"},
            headers=frozenset({MESSAGE_ID, AUTOMATIC}),
            wrong_key=re.compile(r'"name":\s*"(?:Invalid_Key|PaymentRequired|Unknown_Subaccount)"'),
        ),
    )
}


@dataclass(frozen=True)
class Account:
    """A tenant's account with a service: what is pasted, and as whom it sends. Empty senders mean the tenant's."""

    name: str
    service: str
    region: str
    password: str = field(default="", repr=False)  # the key
    username: str = ""
    domain: str = ""
    from_address: str = ""
    from_name: str = ""

    @property
    def host(self) -> str:
        """Whom it is asked of: fixed by us."""
        return SERVICES[self.service].regions[self.region].split("/")[2]
