"""The transports by name: to add one, write its file and name it here."""

from keyturn.outbox.transports.carrier_gateway import CarrierGateway
from keyturn.outbox.transports.http_sms import HttpSms
from keyturn.outbox.transports.memory import Memory
from keyturn.outbox.transports.smtp import Smtp

TRANSPORTS = {
    "smtp": Smtp,
    "carrier_gateway": CarrierGateway,
    "http_sms": HttpSms,
    "memory": Memory,
}
