"""`keyturn serve`: the web processes, and one worker process beside them that is started again when it dies."""

import logging
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
from argparse import Namespace

import structlog
from django.db import connection
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from keyturn.cli.refusal import CommandRefused
from keyturn.lib import keys

log = structlog.get_logger("keyturn.serve")
_HTTP1 = HTTP1Settings(
    header_read_timeout=15_000,  # milliseconds for a request's head to be whole; as long may a connection be idle
    max_buffer_size=64 * 1024,  # a longer head gets 431; granian would take 400 KiB from each connection
)
_CONNECTIONS = 1000  # of one web process at once; the next ones wait in the system's queue
_GRACE = 30  # seconds that a process has to end what it is doing
_PAUSE = 1  # seconds before a worker that died is started again


def run(given: Namespace) -> int:
    """Serve until SIGTERM or SIGINT; both processes end what they are doing."""
    _refuse_taken_port(given.host, given.port)
    if not given.no_worker and not keys.exist():
        raise CommandRefused(f"{keys.folder() / 'worker.json'} is missing. {keys.KeysMissing.__doc__}")
    connection.close()  # nothing that is open here is shared with a child
    if connection.vendor == "postgresql":
        connection.close_pool()
    worker = None if given.no_worker else BesideWorker()
    if worker:
        worker.start()
    try:
        _serve(given)
    finally:
        if worker:
            worker.stop()
    return 0


class BesideWorker:
    """The worker process that `serve` keeps running."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child: subprocess.Popen | None = None
        self._thread = threading.Thread(target=self._keep_running, name="worker-keeper", daemon=True)

    def start(self) -> None:
        """Start it, and again whenever it ends without being told to."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to stop and wait until it has."""
        self._stopping.set()
        if self._child:
            self._child.terminate()
        self._thread.join(_GRACE + _PAUSE)

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            self._child = self._spawn()
            code = self._wait()
            if not self._stopping.is_set():
                level = logging.ERROR if code else logging.INFO  # 0: it was told to stop, as systemd tells everybody
                log.log(level, "worker.ended", exit_status=code)
                self._stopping.wait(_PAUSE)

    def _spawn(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "keyturn.cli.main", "worker", "--parent", str(os.getpid())]
        return subprocess.Popen(command)  # noqa: S603 -- our own interpreter and our own module

    def _wait(self) -> int:
        while True:
            try:
                return self._child.wait(timeout=_PAUSE)
            except subprocess.TimeoutExpired:
                if self._stopping.is_set():
                    return self._end()

    def _end(self) -> int:
        """The child was told to stop; after the grace it is made to."""
        self._child.terminate()  # again: it may have been starting when it was told first
        try:
            return self._child.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            return self._child.wait()


def _serve(given: Namespace) -> None:
    multiprocessing.set_start_method("spawn", force=True)  # a fork would copy threads' locks in any state
    os.environ["KEYTURN_SERVED_BY"] = str(os.getpid())
    log.info("serve.started", address=f"http://{given.host}:{given.port}", web_processes=given.workers)
    Granian(
        "keyturn.rsgi:application",
        address=given.host,
        port=given.port,
        interface=Interfaces.RSGI,
        workers=given.workers,
        backpressure=_CONNECTIONS,
        websockets=False,
        http=HTTPModes.http1,  # granian sets no deadline for the first bytes of a connection that may be HTTP/2
        http1_settings=_HTTP1,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE,
        log_level=LogLevels.error,  # its starts and stops are ours to tell
        log_dictconfig={"incremental": True, "formatters": {}, "handlers": {}, "loggers": {}},  # as lib.logs says
    ).serve()
    log.info("serve.stopped")


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CommandRefused(
                f"Cannot listen on {host}:{port} ({problem.strerror}); choose another --port"
            ) from problem
