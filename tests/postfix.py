"""Debian's Postfix with a configuration of its own: loopback only, a high port, relaying everything to one server."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests import cluster, machine

_MAIN = """\
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.movers.example
mydestination =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{next_port}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtp_host_lookup = native
smtp_tls_security_level = none
smtputf8_enable = no
maillog_file = {log}
maillog_file_prefixes = {root}
transport_maps = {routes}
alias_maps =
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
postlog   unix-dgram n - n - 1 postlogd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
"""


@contextlib.contextmanager
def relaying_to(next_port: int, routes: str = "") -> Iterator[int]:
    """Start Postfix; yields its port. Needs root, as Postfix does. `routes` is a table of its transport_maps."""
    command = machine.need(machine.POSTFIX)
    if os.geteuid() != 0:
        raise machine.Missing("Postfix starts as root only; run the suite as root for this journey.")
    root = Path(tempfile.mkdtemp(prefix="keyturn-postfix-"))
    port = cluster.free_port()
    _configure(root, port, {"next_port": next_port, "routes": routes})
    try:
        _tell(command, root, "start")
        _wait(port)
        yield port
    finally:
        with contextlib.suppress(RuntimeError):
            _tell(command, root, "stop")
        shutil.rmtree(root, ignore_errors=True)


def _configure(root: Path, port: int, relay: dict) -> None:
    root.chmod(0o755)
    for name in ("etc", "queue", "data"):
        (root / name).mkdir()
    owner = pwd.getpwnam("postfix")
    os.chown(root / "data", owner.pw_uid, owner.pw_gid)
    places = {"queue": root / "queue", "data": root / "data", "log": root / "log", "root": root}
    (root / "etc/main.cf").write_text(_MAIN.format(**relay, **places))
    (root / "etc/master.cf").write_text(_MASTER.format(port=port))


def _tell(command: Path, root: Path, verb: str) -> None:
    done = subprocess.run(
        [command, "-c", root / "etc", verb], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        log = (root / "log").read_text(errors="replace") if (root / "log").exists() else ""
        raise RuntimeError(f"postfix {verb} failed:\n{done.stderr}\n{log}")


def _wait(port: int) -> None:
    import socket

    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
            if sock.recv(100).startswith(b"220"):
                return
        time.sleep(0.1)
    raise RuntimeError("Postfix did not answer within 10 seconds")
