"""schemathesis reads the OpenAPI document and tries to prove it wrong, all checks on, against a real server.

`make proof` runs it with many more examples and a new seed.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from keyturn.monitoring.models import Mailbox
from keyturn.operators import api_keys
from keyturn.operators.api_keys import READ_MAILBOX_SECRETS, READ_MAILBOXES, NewKey
from keyturn.tenants.models import PinSignUp
from tests import proof
from tests.access.people import ORIGINAL
from tests.api.caller import App
from tests.monitoring import boxes

pytestmark = pytest.mark.django_db(transaction=True)
_EXAMPLES = proof.count(12, full=1000)
_SEED = [] if proof.IS_FULL else ["--seed", "1"]


@pytest.fixture
def widened(settings, movers) -> None:
    """The server of these tests runs in this process, so its limits by source are widened here, and every call of
    the document is open."""
    settings.KEYTURN_SOURCE_LIMIT_FACTOR = 1_000_000
    movers.pin_sign_up = PinSignUp.ALL
    movers.save()


def test_the_document_is_true_for_strangers(live_server, mara, widened, tmp_path):
    _run(live_server.url, tmp_path)


def test_the_document_is_true_for_somebody_signed_in(live_server, mara, widened, tmp_path):
    token = App("127.0.0.1").sign_in("mara", ORIGINAL).json()["token"]
    _run(
        live_server.url,
        tmp_path,
        "-H",
        f"Authorization: Bearer {token}",
        "--exclude-path",
        "/api/v1/sessions/current",
    )


@pytest.mark.mission("M1.15")
def test_the_document_is_true_for_software_with_a_key(live_server, mara, widened, tmp_path, now):
    box = boxes.mailbox(mara.person, now)
    key = api_keys.issue(NewKey("Fetcher", (READ_MAILBOXES, READ_MAILBOX_SECRETS)), now, actor="operator:otto")
    _run(live_server.url, tmp_path, "-H", f"Authorization: Bearer {key.text}", "--include-path-regex", "/mailboxes")
    assert Mailbox.objects.get(pk=box.pk).sealed is not None


def _run(url: str, folder: Path, *options: str) -> None:
    address = url.replace("localhost", "127.0.0.1")
    schemathesis = [sys.executable, "-E", "-m", "schemathesis.cli", "run"]  # -E: with all that it stands on
    command = [*schemathesis, f"{address}/api/v1/openapi.json", "--checks", "all"]
    done = subprocess.run(
        [*command, "--max-examples", str(_EXAMPLES), *_SEED, "--no-color", *options],
        capture_output=True,
        text=True,
        timeout=3000,
        cwd=folder,  # it leaves a cache where it runs
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    proof.note("schemathesis examples a call, all checks", _EXAMPLES, "0 failures")
