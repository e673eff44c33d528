"""Debian's Dovecot with a configuration of its own: loopback only, high ports, IMAP and POP3, a file for each person.

with dovecot.serving(certificate, {"mara": "tulip"}) as server:
    server.imap, server.imaps, server.pop3, server.pop3s     its ports; TLS from the first byte on those with s
    server.set_password("mara", "other")                     holds from the next sign-in on
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import cluster, machine

# Nobody listens for penalties: an address that failed before would wait longer at each sign-in, up to 15 seconds.
_CONFIGURATION = """\
protocols = imap pop3
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:{root}/mail/%u
mail_uid = {owner}
mail_gid = {owner}
first_valid_uid = 1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
auth_cache_size = 0
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2
}}
passdb {{
  driver = lua
  args = file={root}/people.lua
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={root}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service anvil {{
  client_limit = 1000
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
# tokens are judged by keys in a folder, which is empty: every one is refused, and nobody is asked
_OAUTH2 = """\
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={root}/keys/
"""
# A file of passwords of Dovecot's own is read again once a second only, and cannot say that a password is expired.
# Each person's file here holds a result, a password, and words about the account (key=value).
_PEOPLE = """\
function auth_passdb_lookup(request)
  local file = io.open("{root}/people/" .. request.user)
  if not file then
    return dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, ""
  end
  local result, fields = file:read("l"), {{password = "{{PLAIN}}" .. file:read("l")}}
  for key, value in file:read("l"):gmatch("(%w+)=(%S+)") do
    fields[key] = value
  end
  file:close()
  return dovecot.auth["PASSDB_RESULT_" .. result], fields
end
"""


@dataclass(frozen=True)
class Server:
    """The server as a test holds it."""

    root: Path
    imap: int
    imaps: int
    pop3: int
    pop3s: int

    def set_password(self, name: str, password: str, *, result: str = "OK", extra: str = "") -> None:
        """Make it the person's password. `result`: PASS_EXPIRED, USER_DISABLED, INTERNAL_FAILURE; `extra`: words
        about the account, such as nologin=y."""
        whole = self.root / "people.new"
        whole.write_text(f"{result}\n{password}\n{extra}\n")
        whole.chmod(0o644)
        whole.replace(self.root / "people" / name)


@contextlib.contextmanager
def serving(certificate: Path, passwords: dict[str, str]) -> Iterator[Server]:
    """Start Dovecot; `certificate` is a PEM file with key and chain. Needs root, as Dovecot does."""
    for part in machine.DOVECOT_PARTS:
        machine.need(part)
    command = machine.need(machine.DOVECOT)
    if os.geteuid() != 0:
        raise machine.Missing("Dovecot starts as root only; run the suite as root for these tests.")
    root = Path(tempfile.mkdtemp(prefix="keyturn-dovecot-"))
    server = Server(root, *(cluster.free_port() for _ in range(4)))
    _configure(server, certificate)
    for name, password in passwords.items():
        server.set_password(name, password)
    with (root / "output").open("wb") as output:
        words = [command, "-F", "-c", root / "dovecot.conf"]
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(root, ignore_errors=True)


def _configure(server: Server, certificate: Path) -> None:
    root = server.root
    root.chmod(0o755)
    for name in ("mail", "keys", "state", "people"):
        (root / name).mkdir()
    shutil.chown(root / "mail", "mail", "mail")
    (root / "certificate.pem").write_bytes(certificate.read_bytes())
    ports = {"imap": server.imap, "imaps": server.imaps, "pop3": server.pop3, "pop3s": server.pop3s}
    places = {"root": root, "certificate": root / "certificate.pem", "owner": "mail"}
    (root / "people.lua").write_text(_PEOPLE.format(root=root))
    (root / "oauth2").write_text(_OAUTH2.format(root=root))
    (root / "dovecot.conf").write_text(_CONFIGURATION.format(**ports, **places))


def _wait(server: Server) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.imap), timeout=2) as sock:
            if sock.recv(100).startswith(b"* OK"):
                return
        time.sleep(0.1)
    log = server.root / "log"
    told = log.read_text(errors="replace") if log.exists() else (server.root / "output").read_text(errors="replace")
    raise RuntimeError(f"Dovecot did not answer within 10 seconds\n{told}")
