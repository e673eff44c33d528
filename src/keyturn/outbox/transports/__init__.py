"""The transports by name: to add one, write its file and name it here."""

from importlib import import_module

from keyturn.outbox.mail_services import Account
from keyturn.outbox.transports.asking import Watch, unwatched
from keyturn.outbox.transports.base import Transport
from keyturn.outbox.transports.carrier_gateway import CarrierGateway
from keyturn.outbox.transports.http_sms import HttpSms
from keyturn.outbox.transports.memory import Memory
from keyturn.outbox.transports.server import Server
from keyturn.outbox.transports.smtp import Smtp


def by_service(account: Account, watch: Watch = unwatched) -> Transport:
    """What carries mail by a mail service. It is named, not imported: it stands on a library that takes as long to
    read as half of Django, and every command would read it, though most tenants have a mail server."""
    return import_module("keyturn.outbox.transports.provider").Provider(account, watch)


TRANSPORTS = {
    "smtp": Smtp,
    "carrier_gateway": CarrierGateway,
    "http_sms": HttpSms,
    "provider": by_service,
    "memory": Memory,
}


def mail_transport(described: Server | Account) -> Transport:
    """What carries mail by one of a tenant's profiles."""
    return by_service(described) if isinstance(described, Account) else Smtp(described)
