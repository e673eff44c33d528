"""The demo's parts cannot be switched on outside `keyturn demo`, and a demo cannot take over an installation."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keyturn.demo import guard

LOAD = "import django; django.setup(); from django.conf import settings; print(settings.ROOT_URLCONF)"


def test_the_demos_settings_do_not_load_elsewhere(tmp_path):
    (tmp_path / guard.MARK).write_text("[1, 0]")
    done = _load_demo_settings(tmp_path)
    assert done.returncode != 0
    assert "keyturn demo" in done.stderr


def test_they_load_below_the_launcher_that_claimed_the_folder(tmp_path):
    with guard.claim(tmp_path / "demo"):
        done = _load_demo_settings(tmp_path / "demo")
    assert done.stdout.strip() == "keyturn.demo.urls", done.stderr


def test_what_a_launcher_left_behind_opens_nothing(tmp_path):
    claim = "import sys; from pathlib import Path; from keyturn.demo import guard; guard.claim(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", claim, tmp_path / "demo"], check=True)
    assert _load_demo_settings(tmp_path / "demo").returncode != 0


def test_without_the_lock_they_would_load_anywhere(tmp_path):
    """The control: it is the guard that refuses, nothing else."""
    unlocked = "from keyturn.demo import guard; guard.check = lambda folder: None; " + LOAD
    assert _load_demo_settings(tmp_path, unlocked).stdout.strip() == "keyturn.demo.urls"


def test_an_installations_folder_never_becomes_a_demo(tmp_path):
    (tmp_path / "keyturn.sqlite3").write_bytes(b"real people")
    with pytest.raises(guard.FolderRefused, match="--data"):
        guard.claim(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["keyturn.sqlite3"]


def test_a_folder_holds_one_running_demo(tmp_path):
    with guard.claim(tmp_path / "demo"), pytest.raises(guard.FolderRefused, match="already running"):
        guard.claim(tmp_path / "demo")


def test_a_demo_that_ended_can_be_started_again_in_its_folder(tmp_path):
    with guard.claim(tmp_path / "demo"):
        pass
    (tmp_path / "demo" / "keyturn.sqlite3").write_bytes(b"the demo's people")
    with guard.claim(tmp_path / "demo"):
        pass


def _load_demo_settings(folder: Path, code: str = LOAD) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KEYTURN_")}
    environment |= {"KEYTURN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "keyturn.demo.settings"}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
