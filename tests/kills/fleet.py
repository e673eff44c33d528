"""An organization whose mailboxes lie at many hosts, where many passwords were changed in the same hour."""

from collections import Counter
from dataclasses import dataclass

from tests.installation import Installation
from tests.journeys.world import MOVERS_URL, person
from tests.patience import wait_for
from tests.properties import ageing

SLUG = "fleet"
REFUSALS = 3  # before a mailbox is suspended, spread over half an hour
Flight = tuple[str, int]  # a message's Message-ID, and the fence under which it was on its way
_LEAST, _SHARE = 5, 5  # so many, or one of so many, failing at one host within an hour, would hold it


@dataclass(frozen=True)
class Fleet:
    """So many hosts with so many refused mailboxes each, and as many others as it takes for none to be held."""

    keyturn: Installation
    hosts: int
    refused: int

    @property
    def addresses(self) -> list[str]:
        """Of the hosts."""
        return [f"127.0.1.{number + 1}" for number in range(self.hosts)]

    @property
    def people(self) -> set[str]:
        """The addresses of those who are to hear, each once."""
        return {f"{host}-{number}@{SLUG}.example" for host in self.addresses for number in range(self.refused)}

    def put(self, port: int) -> None:
        """Everybody on record, while nobody lives long enough to check anything; the others' are not due then."""
        self.keyturn.load({"tenants": [self._world(port)]})
        self.keyturn.write(f"UPDATE monitoring_mailbox SET due_at = NULL WHERE {self._where} AND name LIKE 'Other %'")

    def half_an_hour_later(self) -> None:
        """Every moment moves back."""
        with self.keyturn.connected() as connection:
            ageing.let_pass(connection, self._id, 40)

    def is_checked(self, times: int) -> bool:
        """Whether everybody was refused so often."""
        few = f"SELECT 1 FROM monitoring_mailbox WHERE {self._where} AND name = 'Mail' AND refusals < {times} LIMIT 1"
        return not self.keyturn.rows(few)

    def settle(self) -> None:
        """Wait until all that is to be told has left."""
        unsent = f"SELECT 1 FROM outbox_message WHERE {self._where} AND state <> 'sent' LIMIT 1"
        wait_for(lambda: not self.keyturn.rows(unsent), "the notices")

    def states(self) -> Counter:
        """How the mailboxes of those people stand."""
        rows = self.keyturn.rows(f"SELECT state FROM monitoring_mailbox WHERE {self._where} AND name = 'Mail'")
        return Counter(state for (state,) in rows)

    def notices(self) -> Counter:
        """How many messages about a refused mailbox each person was written."""
        refused = f"SELECT person_id FROM outbox_message WHERE {self._where} AND purpose = 'mailbox_refused'"
        return Counter(person for (person,) in self.keyturn.rows(refused))

    def in_flight(self) -> set[Flight]:
        """The messages that a worker was handing over; nobody else has taken them while none lives."""
        sending = f"SELECT header_id, fence FROM outbox_message WHERE {self._where} AND state = 'sending'"
        return set(self.keyturn.rows(sending))

    def audited(self, action: str) -> int:
        """How often the audit says so."""
        return self.keyturn.rows(f"SELECT count(*) FROM audit_event WHERE {self._where} AND action = '{action}'")[0][
            0
        ]

    @property
    def _id(self) -> str:
        return self.keyturn.rows(f"SELECT id FROM tenants_tenant WHERE slug = '{SLUG}'")[0][0]

    @property
    def _where(self) -> str:
        return f"tenant_id = (SELECT id FROM tenants_tenant WHERE slug = '{SLUG}')"

    def _world(self, port: int) -> dict:
        people = [
            person("fleet", email=f"{host}-{number}@{SLUG}.example", mailboxes=[_mailbox(host, port, "Mail", number)])
            for host in self.addresses
            for number in range(self.refused)
        ]
        others = self.refused * _SHARE + 1 if self.refused >= _LEAST else 0
        for host in self.addresses:
            beside = [_mailbox(host, port, f"Other {number}", number) for number in range(others)]
            people.append(person("fleet", email=f"others-{host}@{SLUG}.example", mailboxes=beside))
        url = MOVERS_URL.replace("127.0.0.1", f"{SLUG}.localhost")
        return {"slug": SLUG, "name": "Fleet", "hosts": [f"{SLUG}.localhost"], "public_url": url, "people": people}


def _mailbox(host: str, port: int, name: str, number: int) -> dict:
    where = {"host": host, "port": port, "tls": "none"}
    return where | {"name": name, "username": f"{host}-{number}", "password": "moss lantern over a canal"}
