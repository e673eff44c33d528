"""schemathesis reads the OpenAPI document and tries to prove it wrong, all checks on, against a real server.

KEYTURN_PROOF=1 runs it with many more examples and a new seed.
"""

import os
import subprocess
import sys

import pytest

from tests.access.people import ORIGINAL
from tests.api.caller import App

pytestmark = pytest.mark.django_db(transaction=True)
PROOF = os.environ.get("KEYTURN_PROOF") == "1"
_SIZE = ["--max-examples", "1000"] if PROOF else ["--max-examples", "12", "--seed", "1"]


@pytest.fixture
def widened(settings) -> None:
    """The server of these tests runs in this process, so its limits by source are widened here."""
    settings.KEYTURN_SOURCE_LIMIT_FACTOR = 1_000_000


def test_the_document_is_true_for_strangers(live_server, mara, widened):
    _run(live_server.url)


def test_the_document_is_true_for_somebody_signed_in(live_server, mara, widened):
    token = App("127.0.0.1").sign_in("mara", ORIGINAL).json()["token"]
    _run(live_server.url, "-H", f"Authorization: Bearer {token}", "--exclude-path", "/api/v1/sessions/current")


def _run(url: str, *options: str) -> None:
    address = url.replace("localhost", "127.0.0.1")
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/v1/openapi.json", "--checks", "all"]
    done = subprocess.run([*command, *_SIZE, "--no-color", *options], capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
