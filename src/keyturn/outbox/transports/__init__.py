"""The transports by name: to add one, write its file and name it here."""

from keyturn.outbox.mail_services import Account
from keyturn.outbox.transports.base import Transport
from keyturn.outbox.transports.carrier_gateway import CarrierGateway
from keyturn.outbox.transports.http_sms import HttpSms
from keyturn.outbox.transports.memory import Memory
from keyturn.outbox.transports.provider import Provider
from keyturn.outbox.transports.server import Server
from keyturn.outbox.transports.smtp import Smtp

TRANSPORTS = {
    "smtp": Smtp,
    "carrier_gateway": CarrierGateway,
    "http_sms": HttpSms,
    "provider": Provider,
    "memory": Memory,
}


def mail_transport(described: Server | Account) -> Transport:
    """What carries mail by one of a tenant's profiles."""
    return Provider(described) if isinstance(described, Account) else Smtp(described)
