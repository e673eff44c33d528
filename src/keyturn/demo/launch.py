"""`keyturn demo`: makes a world to play in, starts web, worker and mail catcher, and says what to try."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

from keyturn.demo import children, guard, story

ADDRESS = "127.0.0.1"
KEYTURN = "keyturn.cli.main"


class PortTaken(Exception):
    """Somebody else listens on the port; the message says what to do."""


def main(port: int = 8000, data: str = "demo-data") -> None:
    """Run the demo until it is stopped; ends the process with a sentence when it cannot run."""
    for number in (signal.SIGTERM, signal.SIGINT):  # the second, too: whoever starts us with & has it ignored
        signal.signal(number, signal.default_int_handler)
    folder = Path(data).resolve()
    try:
        _refuse_taken(port)
        with guard.claim(folder):
            _run(port, folder)
    except (guard.FolderRefused, children.ChildEnded, PortTaken) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        print("\nThe demo has stopped. What happened in it is kept in", folder)


def _run(port: int, folder: Path) -> None:
    print("Making the demo world …", flush=True)
    environment = _environment(port, folder)
    with children.of(folder, environment) as family:
        catcher = family.start("catcher", "keyturn.demo.catcher", str(folder), output=subprocess.PIPE)
        mail_port = int(catcher.stdout.readline() or 0)
        family.check()
        environment["KEYTURN_EMAIL_URL"] = f"smtp://{ADDRESS}:{mail_port}?tls=none"
        family.run("migrate", KEYTURN, "migrate")
        family.run("load", KEYTURN, "load", str(_world(port, folder)))
        family.run("life", "keyturn.demo.life", str(folder))
        family.start("server", KEYTURN, "serve", "--host", ADDRESS, "--port", str(port))
        children.wait_until(lambda: _answers(port), family)
        print(story.welcome(port), flush=True)
        while True:
            time.sleep(0.5)
            family.check()


def _environment(port: int, folder: Path) -> dict[str, str]:
    """Nothing of a real installation's settings reaches the demo."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(("KEYTURN_", "DJANGO_"))}
    return rest | {
        "DJANGO_SETTINGS_MODULE": "keyturn.demo.settings",
        "KEYTURN_DATA": str(folder),
        "KEYTURN_PUBLIC_URL": f"http://{ADDRESS}:{port}",
        "KEYTURN_SOURCE_LIMIT_FACTOR": "20",
    }


def _world(port: int, folder: Path) -> Path:
    """The world file with the port that the pages are on."""
    text = resources.files("keyturn.demo").joinpath("world.yaml").read_text(encoding="utf-8")
    path = folder / "world.yaml"
    path.write_text(text.replace(":8000", f":{port}"), encoding="utf-8")
    return path


def _refuse_taken(port: int) -> None:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((ADDRESS, port))
        except OSError:
            raise PortTaken(f"Port {port} is taken. Try another: keyturn demo --port {port + 1}") from None


def _answers(port: int) -> bool:
    asked = http.client.HTTPConnection(ADDRESS, port, timeout=5)
    try:
        asked.request("GET", "/demo/")
        return asked.getresponse().status == 200
    except OSError:
        return False
    finally:
        asked.close()
