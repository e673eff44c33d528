"""Keyturn behind the face of a target: `keyturn serve` and `keyturn worker`, each in processes of its own."""

import json
import re

from benchmarks.rig.inbox import Inbox
from benchmarks.rig.processes import Program, python, run
from benchmarks.rig.web import Client, json_request
from benchmarks.targets.base import NEW_PASSWORD, Target

_COMMAND = ("-c", "from keyturn.cli.main import main; main()")


class Keyturn(Target):
    """The API of version 1 in the tenant's own host name."""

    name, title = "keyturn", "Keyturn"
    asked_status = 202
    mails_a_recovery = 2  # link and code, and then "Password changed"

    def environment(self) -> dict[str, str]:
        """Everything as delivered but the limits that count by network source: a benchmark comes from one address."""
        return {
            "KEYTURN_DATA": str(self.folder / "data"),
            "KEYTURN_DATABASE_URL": self.database.url,
            "KEYTURN_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "KEYTURN_EMAIL_URL": f"smtp://127.0.0.1:{self.setting.smtp_port}?tls=none&from=help@movers.example",
            "KEYTURN_ARGON2": self.setting.argon2,
            "KEYTURN_SOURCE_LIMIT_FACTOR": "1000000",
        }

    def load(self, addresses: list[str]) -> None:
        """Tables, keys and people, by `keyturn migrate` and `keyturn load`."""
        cheap = self.environment() | {"KEYTURN_ARGON2": "1,8,1"}
        run(python(*_COMMAND, "migrate"), cheap)
        world = self.folder / "world.yaml"
        world.write_text(json.dumps(self._world(addresses)))  # JSON is YAML too
        run(python(*_COMMAND, "load", str(world)), cheap)

    def start(self, *, worker: bool = True) -> None:
        """One server process, and one worker beside it."""
        command = [*_COMMAND, "serve", "--host", "127.0.0.1", "--port", str(self.port), "--no-worker"]
        self.server = Program(python(*command), self.environment(), self.folder / "server.log")
        self.server.wait_for_port(self.port)
        if worker:
            self.start_worker()

    def start_worker(self, *arguments: str) -> None:
        """A worker, with these arguments of `keyturn worker`."""
        self.worker = Program(python(*_COMMAND, "worker", *arguments), self.environment(), self.folder / "worker.log")

    def stop_worker(self) -> None:
        """End the worker, gently."""
        if self.worker:
            self.worker.stop()
        self.worker = None

    def asking(self, address: str) -> bytes:
        """Ask for a link and a code."""
        return json_request(self.port, "/api/v1/recoveries", {"email": address})

    def recover(self, client: Client, inbox: Inbox, address: str) -> None:
        """Three requests."""
        client.send(self.asking(address), 202)
        text = inbox.wait_for(address).text()
        token = re.search(r"^\S+/r/(\S+)\s*$", text, re.MULTILINE).group(1)
        code = re.search(r"^(\d{6})\s*$", text, re.MULTILINE).group(1)
        chosen = {"token": token, "code": code, "new_password": NEW_PASSWORD}
        client.send(json_request(self.port, "/api/v1/recoveries/redeem", chosen), 204)
        known = {"identifier": address, "password": NEW_PASSWORD}
        client.send(json_request(self.port, "/api/v1/sessions", known), 201)

    def kept(self) -> int:
        """One row for each asking."""
        return self.database.count("recovery_intake")

    @property
    def hash_statement(self) -> tuple[str, str]:
        """Keyturn's way."""
        return (
            "import os, django\nos.environ['DJANGO_SETTINGS_MODULE'] = 'keyturn.settings'\ndjango.setup()\n"
            "from keyturn.lib.hashing import hash_password",
            f"hash_password({NEW_PASSWORD!r})",
        )

    def _world(self, addresses: list[str]) -> dict:
        return {
            "tenants": [
                {
                    "slug": "movers",
                    "name": "Movers",
                    "hosts": ["127.0.0.1"],
                    "public_url": f"http://127.0.0.1:{self.port}",
                    "support_contact": "Call dispatch",
                    "settings": {"allow_password_reset_via_email": True},
                    "people": [
                        {
                            "identifier": one,
                            "name": "Mara Lind",
                            "email": one,
                            "password": "The-one-that-was-forgotten-5",
                            "status": "active",
                        }
                        for one in addresses
                    ],
                }
            ]
        }
