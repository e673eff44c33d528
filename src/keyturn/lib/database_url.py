"""One address instead of five settings: sqlite:///PATH or postgres://user:pass@host:port/name."""

from urllib.parse import parse_qsl, unquote, urlsplit

from keyturn.lib.environment import SettingError

ROLES = {"web": "keyturn_web", "worker": "keyturn_worker"}
# A worker has a connection for each of its threads, and each would fill its 2 MB over hours; a quarter does as well.
_PAGES = "PRAGMA cache_size=-512;"
MOST_CONNECTIONS = 32  # of one process: a worker's threads keep one each, and whoever finds none left stands still


def parse(url: str, *, process: str) -> dict:
    """Django's description of the database; raises SettingError for anything it cannot read.

    The web and worker processes lower themselves to roles that row-level security binds; the owner, who
    migrates, does not.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # whose words may quote a part of the password
        raise SettingError(
            "KEYTURN_DATABASE_URL is no address; write postgres://USER:PASSWORD@HOST:PORT/NAME, with the signs"
            " / ? # @ : of a password as %2F %3F %23 %40 %3A"
        ) from None
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/") if parts.path.startswith("//") else parts.path), process)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(parts, ROLES.get(process))
    raise SettingError("KEYTURN_DATABASE_URL must begin with sqlite:/// or postgres://")


def _sqlite(path: str, process: str) -> dict:
    if path in {"", "/"}:
        raise SettingError("KEYTURN_DATABASE_URL names no file; write sqlite:///PATH")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            # FULL: what was answered with 202 is on the disk. The map stays off: it and a full disk do not mix.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;"
            f" PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; {_PAGES if process == 'worker' else ''}",
        },
    }


def _postgresql(parts, role: str | None) -> dict:
    options: dict = {
        "pool": {"min_size": 1, "max_size": MOST_CONNECTIONS, "timeout": 20},
        # statements are planned once for each connection, not at each use: a third of the server's time
        "server_side_binding": True,
        "prepare_threshold": 5,
        **dict(parse_qsl(parts.query)),
    }
    if role:
        # not Django's assume_role: with a pool it waits for a connection while it makes one, for ever (5.2.19)
        options["options"] = f"-c role={role}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,  # the pool keeps them
        "OPTIONS": options,
    }
