"""django-allauth's headless API and Django's own views, behind the face of a target."""

import re
from urllib.parse import urlencode

from benchmarks.rig.inbox import Inbox
from benchmarks.rig.processes import Program, python, run
from benchmarks.rig.web import Client, json_request, request
from benchmarks.targets.base import NEW_PASSWORD, THREADS, Target

_GRANIAN = ["-m", "granian", "--interface", "wsgi", "--workers", "1", "--no-ws", "--blocking-threads", str(THREADS)]


class Competitor(Target):
    """A Django project below benchmarks/competitors, served as Keyturn is. It sends mail while it answers."""

    def environment(self) -> dict[str, str]:
        """Which project, database, catcher and Argon2 parameters."""
        return {
            "COMPETITOR": self.name,
            "COMPETITOR_DATABASE_URL": self.database.url,
            "COMPETITOR_SMTP_PORT": str(self.setting.smtp_port),
            "BENCHMARK_ARGON2": self.setting.argon2,
            "DJANGO_SETTINGS_MODULE": "benchmarks.competitors.settings",
        }

    def load(self, addresses: list[str]) -> None:
        """Tables and people."""
        cheap = self.environment() | {"BENCHMARK_ARGON2": "1,8,1"}
        run(python("-m", "django", "migrate", "--verbosity", "0"), cheap)
        run(python("-m", "django", "load_people"), cheap, text="\n".join(addresses))

    def start(self, *, worker: bool = True) -> None:
        """One server process; there is no worker."""
        command = [*_GRANIAN, "--port", str(self.port), "benchmarks.competitors.wsgi:application"]
        self.server = Program(python(*command), self.environment(), self.folder / "server.log")
        self.server.wait_for_port(self.port)

    @property
    def hash_statement(self) -> tuple[str, str]:
        """Django's way."""
        return (
            "import django; django.setup()\nfrom django.contrib.auth.hashers import make_password",
            f"make_password({NEW_PASSWORD!r})",
        )


class Allauth(Competitor):
    """Reset by code: the app keeps a session between asking and setting the password."""

    name, title = "allauth", "django-allauth, headless"
    asked_status = 401  # "authentication is not complete": its way of saying that a code is on the way
    _api = "/_allauth/app/v1/auth"

    def asking(self, address: str) -> bytes:
        """Ask for a code."""
        return json_request(self.port, f"{self._api}/password/request", {"email": address})

    def recover(self, client: Client, inbox: Inbox, address: str) -> None:
        """Three requests."""
        session = client.send(self.asking(address), 401).json()["meta"]["session_token"]
        code = re.search(r"^([A-Z0-9-]{6,})\s*$", inbox.wait_for(address).text(), re.MULTILINE).group(1)
        chosen = {"key": code, "password": NEW_PASSWORD}
        client.send(
            json_request(self.port, f"{self._api}/password/reset", chosen, **{"X-Session-Token": session}), 401
        )
        signed_in = client.send(
            json_request(self.port, f"{self._api}/login", {"email": address, "password": NEW_PASSWORD}), 200
        )
        assert signed_in.json()["meta"]["is_authenticated"]

    def kept(self) -> int:
        """Each asking leaves a session."""
        return self.database.count("django_session")


class Plain(Competitor):
    """Django's own views. The client sends the forms without fetching them first, which spares Django the pages."""

    name, title = "plain", "Django's own reset views"
    asked_status = 302
    _token = "a" * 32  # as cookie and as field: what the check compares

    def asking(self, address: str) -> bytes:
        """Send the form."""
        return self._post("/forgot", {"email": address})

    def recover(self, client: Client, inbox: Inbox, address: str) -> None:
        """Four requests: ask, open the link, set the password, sign in."""
        client.send(self.asking(address), 302)
        path = re.search(r"http://127\.0\.0\.1:\d+(/reset/\S+)", inbox.wait_for(address).text()).group(1)
        opened = client.send(request(self.port, "GET", path), 302)
        chosen = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
        client.send(self._post(opened.headers["location"], chosen, sessionid=opened.cookies["sessionid"]), 302)
        signed_in = client.send(self._post("/sign-in", {"username": address, "password": NEW_PASSWORD}), 302)
        assert signed_in.cookies["sessionid"]

    def kept(self) -> int:
        """Nothing is written when somebody asks."""
        return 0

    def _post(self, path: str, fields: dict[str, str], **cookies: str) -> bytes:
        written = "; ".join(f"{name}={value}" for name, value in (cookies | {"csrftoken": self._token}).items())
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": written}
        body = urlencode(fields | {"csrfmiddlewaretoken": self._token}).encode()
        return request(self.port, "POST", path, headers=headers, body=body)
