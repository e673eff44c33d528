"""Logs: one line of JSON per event, or something readable on a terminal; and nothing secret in either.

Our own loggers follow KEYTURN_LOG_LEVEL. Other people's are heard from WARNING on, whatever that level is: at
DEBUG some of them write down what passes through their hands, statements with their parameters among it.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.conf import settings

HIDDEN = "[hidden]"
_SECRET_WORDS = frozenset(
    "password passwd passphrase code token pin secret authorization cookie selector verifier".split()
)
_NOT_SECRET = frozenset({"status_code", "exit_code", "country_code"})
_TOKEN_IN_PATH = re.compile(r"/(r|mailbox|welcome)/(?!\[hidden\])[^\s\"'<>?#)\]}]+")
_EMAIL = re.compile(r"[^\s@<>\"'(),:;=\[\]{}]+@(?=[\w-])")
_PHONE = re.compile(r"\+\d{6,15}(?!\d)")
_DATABASE_KEY = re.compile(r"\([^()]*\)=\(.*\)")  # PostgreSQL's DETAIL quotes the values of a broken constraint
_HEARD_FROM_INFO = ("_granian", "granian")
_HEARD_FROM_ERROR = ("django.request",)  # its warnings repeat the request log


def set_up() -> None:
    """Send everything that is logged in this process to standard error, redacted."""
    is_terminal = sys.stderr.isatty()
    shared = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    last = _last_steps(is_terminal)
    level = logging.getLevelName(settings.KEYTURN_LOG_LEVEL)
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    _quieten(handler)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The processor that hides: values under secret-sounding keys, and what looks secret or personal in text."""
    for key, value in event.items():
        event[key] = HIDDEN if _sounds_secret(key) else _redacted(value)
    return event


def without_secrets(text: str) -> str:
    """Text with link tokens, email names, phone numbers and quoted database values hidden."""
    text = _TOKEN_IN_PATH.sub(r"/\1/" + HIDDEN, text)
    text = _DATABASE_KEY.sub(HIDDEN, text)
    return _PHONE.sub(HIDDEN, _EMAIL.sub(HIDDEN + "@", text))


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {key: HIDDEN if _sounds_secret(key) else _redacted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(inner) for inner in value]
    if isinstance(value, bool | int | float | None):
        return value
    return without_secrets(str(value))


def _sounds_secret(key: Any) -> bool:
    name = str(key).lower()
    return name not in _NOT_SECRET and not _SECRET_WORDS.isdisjoint(re.split(r"[^a-z]+", name))


def _last_steps(is_terminal: bool) -> list:
    traceback = structlog.processors.format_exc_info  # text, so that it is redacted like any other
    if is_terminal:
        return [traceback, redact, structlog.dev.ConsoleRenderer()]
    return [traceback, redact, structlog.processors.JSONRenderer()]


def _quieten(handler: logging.Handler) -> None:
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in _HEARD_FROM_INFO:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in _HEARD_FROM_ERROR:
        logging.getLogger(name).setLevel(logging.ERROR)
