"""The form of a mail profile: what is asked of a mail server, and what little of an account with a mail service."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyturn.console.row_form import CHOICE, SECRET, RowForm, Spec
from keyturn.outbox.mail_services import SERVICES, SMTP, Service
from keyturn.outbox.models import MailProfile
from keyturn.outbox.profiles import NewProfile, ProfileRefused
from keyturn.outbox.transports.server import IMPLICIT, NONE, STARTTLS

BESIDE = {"password", "to"}  # not compared when two saved: never shown again, or kept nowhere
_PROTECTIONS = {
    STARTTLS: _("STARTTLS, usually on port 587"),
    IMPLICIT: _("TLS from the start, usually on port 465"),
    NONE: _("none, usually on port 25; only without a user name"),
}
_REGIONS: dict[str, str | Promise] = {"us": _("United States"), "eu": _("European Union")}
_KEYS: dict[str, Promise] = {  # what each service calls the thing to paste, where it has more than one
    "mailgun": _("The sending key of the domain, or an API key of the account."),
    "postmark": _("The token of the server, under API Tokens."),
    "mailjet": _("The second half of the pair, the secret key."),
    "mailersend": _("A token that may send email."),
    "sparkpost": _("A key with the permission Transmissions: Read/Write."),
}
_NAME = Spec("name", _("Name"), _("How the delivery log calls this server."), longest=100)
_FROM_NAME = Spec("from_name", _("Sender's name"), _("Empty: your organization's name."), longest=100)
_TO = Spec("to", _("Send the test to"), _("A real mail goes there."), longest=320)
_KEPT = _("Kept sealed; nobody sees it again. Empty: the one that is kept stays.")
_SERVER = (
    _NAME,
    Spec("host", _("Host name"), _("As your mail provider says, like smtp.example.com."), longest=253),
    Spec("port", _("Port"), _("Empty: the usual one."), longest=5),
    Spec("tls", _("Protection"), kind=CHOICE, choices=_PROTECTIONS),
    Spec("username", _("User name"), _("Empty where the server lets us send without signing in."), longest=254),
    Spec("password", _("Password"), _KEPT, kind=SECRET, longest=500),
    Spec("from_address", _("Sender's address"), _("Empty: no-reply at your own address."), longest=320),
    _FROM_NAME,
    _TO,
)


def choices() -> list[tuple[str, str | Promise]]:
    """What a tenant may choose from: a mail server, and every service."""
    return [(SMTP, _("Mail server (SMTP)")), *((one.name, one.label) for one in SERVICES.values())]


def label_of(service: str) -> str | Promise:
    """What a service is called on the page."""
    return dict(choices()).get(service, service)


def listed(profiles: Iterable[MailProfile]) -> list[dict[str, Any]]:
    """Profiles as a list shows them."""
    return [{"row": one, "is_server": one.service == SMTP, "service": label_of(one.service)} for one in profiles]


def fields_of(service: str) -> tuple[Spec, ...]:
    """The fields of a server, or of an account with a service."""
    return _SERVER if service == SMTP else _fields(SERVICES[service])


def first_values(service: str, to: str) -> dict[str, Any]:
    """What stands in an empty form."""
    if service == SMTP:
        return {"tls": STARTTLS, "to": to}
    return {"name": SERVICES[service].label, "region": next(iter(SERVICES[service].regions)), "to": to}


def values_of(profile: MailProfile, to: str) -> dict[str, Any]:
    """What stands in the form of a profile: everything but the password or key, which nobody sees again."""
    return {**vars(profile), **profile.options, "to": to}


def described(service: str, form: RowForm) -> NewProfile:
    """What was typed; raises ProfileRefused where a port cannot be one. The rest is judged by the room."""
    port = form.text("port").strip() if "port" in form else ""
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise ProfileRefused("not_a_port", "port")
    names = {spec.name for spec in fields_of(service)} - {"port", "to"}
    typed = {name: form.text(name) if name == "password" else form.text(name).strip() for name in names}
    return NewProfile(service=service, port=int(port or 0), **typed)


def _fields(service: Service) -> tuple[Spec, ...]:
    regions = {name: _REGIONS[name] for name in service.regions if name}
    asked: list[Spec] = [_NAME]
    if len(regions) > 1:
        asked.append(Spec("region", _("Region of the account"), kind=CHOICE, choices=regions))
    if service.user:
        asked.append(Spec("username", _("API key"), _("The first half of the pair, the public one."), longest=254))
    label = _("Secret key") if service.user else _("Key")
    hint = f"{_KEYS[service.name]} {_KEPT}" if service.name in _KEYS else _KEPT
    asked.append(Spec("password", label, hint, kind=SECRET, longest=500))
    if service.has_domain:
        hint = _("As the service knows it, where it is not that of the sender's address.")
        asked.append(Spec("domain", _("Sending domain"), hint, longest=253))
    hint = _("At a domain that the service knows as yours. Empty: no-reply at your own address.")
    return (*asked, Spec("from_address", _("Sender's address"), hint, longest=320), _FROM_NAME, _TO)
