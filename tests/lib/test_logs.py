"""What a log line may hold: everything but secrets and people."""

import json
import subprocess
import sys

import pytest

from keyturn.lib import logs


def redacted(**event):
    return logs.redact(None, "info", event)


@pytest.mark.parametrize(
    "key", ["password", "new_password", "code", "token", "pin", "client_secret", "Authorization", "set-cookie"]
)
def test_what_sounds_secret_is_hidden(key):
    assert redacted(**{key: "hush"}) == {key: logs.HIDDEN}
    assert "hush" not in str(redacted(data={key: "hush"}))


@pytest.mark.parametrize("key", ["status_code", "exit_code", "shipping", "encoded", "duty"])
def test_what_only_looks_alike_is_shown(key):
    assert redacted(**{key: "x"}) == {key: "x"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /r/abcDEF-_123 404", "GET /r/[hidden] 404"),
        ("https://movers.example/mailbox/abc", "https://movers.example/mailbox/[hidden]"),
        ("/console/welcome/abc", "/console/welcome/[hidden]"),
        ("/recoveries/redeem", "/recoveries/redeem"),
        ("to mara@movers.example", "to [hidden]@movers.example"),
        ("to +14155550101 now", "to [hidden] now"),
        ("Key (tenant_id, lowered)=(7, mara) exists", "Key [hidden] exists"),
    ],
)
def test_tokens_and_people_in_text_are_hidden_once(text, shown):
    assert logs.without_secrets(text) == shown
    assert logs.without_secrets(shown) == shown


PROGRAM = """
import logging, os, structlog, django
os.environ["DJANGO_SETTINGS_MODULE"] = "keyturn.settings"
django.setup()
from keyturn.lib import logs
logs.set_up()
structlog.get_logger("x").debug("said", password="hush", to="mara@movers.example")
logging.getLogger("django.db.backends").debug("SELECT hush")
try:
    raise ValueError("no /r/hush")
except ValueError:
    logging.getLogger("other").exception("failed for mara@movers.example")
"""


def test_a_process_at_debug_level_logs_json_without_secrets_and_no_statement(tmp_path):
    environment = {"KEYTURN_DATA": str(tmp_path), "KEYTURN_LOG_LEVEL": "DEBUG"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["level"] for line in lines] == ["debug", "error"]
    assert "hush" not in done.stderr
    assert "mara" not in done.stderr


def test_without_the_redacting_step_the_secret_would_be_there(monkeypatch):
    """The control."""
    monkeypatch.setattr(logs, "_sounds_secret", lambda key: False)
    assert redacted(password="hush") == {"password": "hush"}
