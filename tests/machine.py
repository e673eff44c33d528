"""The programs of the machine that the tests use: looked for, installed from Debian as root, named when missing."""

import glob
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/lib/dovecot", "/usr/lib/dovecot/modules/auth")  # on nobody's path


@dataclass(frozen=True)
class Program:
    """Something a test starts; `package` is the Debian package that brings it."""

    name: str
    package: str
    used_for: str

    @property
    def path(self) -> Path | None:
        """Where it is, or None."""
        places = [path for place in _PLACES for path in sorted(glob.glob(f"{place}/{self.name}"), reverse=True)]
        found = shutil.which(
            self.name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin:/usr/lib/dovecot"
        )
        return Path(places[0] if places else found) if places or found else None


INITDB = Program("initdb", "postgresql", "the suite on PostgreSQL")
POSTGRES = Program("postgres", "postgresql", "the suite on PostgreSQL")
CHROMIUM = Program("chromium", "chromium", "journeys through the pages")
POSTFIX = Program("postfix", "postfix", "the journey through a real mail server")
DOVECOT = Program("dovecot", "dovecot-core", "checking mailboxes of a real server")
DOVECOT_PARTS = (
    Program("imap-login", "dovecot-imapd", "checking mailboxes by IMAP"),
    Program("pop3-login", "dovecot-pop3d", "checking mailboxes by POP3"),
    Program("libauthdb_lua.so", "dovecot-auth-lua", "passwords that a real server calls expired"),
)
PROGRAMS = (INITDB, POSTGRES, CHROMIUM, POSTFIX, DOVECOT, *DOVECOT_PARTS)


class Missing(AssertionError):
    """A program that a test needs is not on this machine. The test fails by this name; it is never skipped."""


def need(program: Program) -> Path:
    """Where the program is; raises Missing with the command that brings it."""
    if path := program.path:
        return path
    raise Missing(f"{program.name} is missing ({program.used_for}). Run: sudo apt-get install {program.package}")


def prepare() -> list[Program]:
    """Install, as root, what is missing; returns what is missing still."""
    packages = sorted({program.package for program in PROGRAMS if not program.path})
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing Debian packages: {' '.join(packages)}", flush=True)
        _install(packages)
    return [program for program in PROGRAMS if not program.path]


def _install(packages: list[str]) -> None:
    # without an answer Debian would configure Postfix for mail from outside, and start it; Dovecot would be started
    # anyway, were the machine not taken for one in single-user mode
    answer = "postfix postfix/main_mailer_type select No configuration\n"
    quiet = {
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"},
        "stdout": subprocess.DEVNULL,
    }
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    subprocess.run(["debconf-set-selections"], input=answer, text=True, check=False, **quiet)
    install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    if subprocess.run(install, check=False, **quiet).returncode:
        print(f"apt-get could not install all of: {' '.join(packages)}", flush=True)
