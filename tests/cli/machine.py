"""A machine on which the `keyturn` command is run, in processes of its own."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx2

PATIENCE = 30  # seconds for what takes well under five


@dataclass
class Machine:
    """A machine with a data folder and a database, on which commands are run."""

    folder: Path
    environment: dict[str, str]
    port: int

    def run(self, *line: str, **settings: str) -> subprocess.CompletedProcess:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "keyturn.cli.main", *line],
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
        )

    def start(self, *line: str) -> subprocess.Popen:
        """Start a command that runs until it is stopped; its output goes to a file."""
        with (self.folder / "output.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "keyturn.cli.main", *line],
                env=self.environment,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )

    def output(self) -> str:
        """What started commands printed and logged."""
        return (self.folder / "output.log").read_text(encoding="utf-8")

    def health(self) -> int:
        """The status of /healthz; 0 when nobody answers."""
        try:
            with httpx2.Client(trust_env=False, verify=False, timeout=5) as client:
                return client.get(f"http://127.0.0.1:{self.port}/healthz").status_code
        except httpx2.HTTPError:
            return 0
