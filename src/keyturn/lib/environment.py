"""Reads machine settings from the environment. A secret may come from a file named by NAME_FILE instead."""

import ipaddress
import os
from pathlib import Path


class SettingError(ValueError):
    """A setting in the environment cannot be used; the message names it and says what to write instead."""


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE points to, or the default."""
    if path := os.environ.get(name + "_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise SettingError(f"{name}_FILE points to {path}, which cannot be read: {problem}") from problem
    return os.environ.get(name, default).strip()


def flag(name: str) -> bool:
    """True for 1, False for 0 or nothing; anything else is an error rather than a guess."""
    value = text(name, "0")
    if value not in {"0", "1", ""}:
        raise SettingError(f"{name} is {value!r}; write 1 or 0")
    return value == "1"


def words(name: str) -> tuple[str, ...]:
    """A list separated by commas or spaces."""
    return tuple(text(name).replace(",", " ").split())


def one_of(name: str, default: str, *others: str) -> str:
    """A word of a short list, in capitals however it was typed."""
    value = text(name, default).upper()
    if value not in {default, *others}:
        raise SettingError(f"{name} is {value!r}; write one of {', '.join(sorted({default, *others}))}")
    return value


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses and networks separated by commas or spaces."""
    try:
        return [ipaddress.ip_network(word, strict=False) for word in words(name)]
    except ValueError as problem:
        raise SettingError(f"{name}: {problem}; write addresses or networks like 10.0.0.0/8") from problem


def endpoint(name: str) -> tuple[str, int] | None:
    """A host and a port to listen on, like 127.0.0.1:2525; None when nothing was given."""
    value = text(name)
    if not value:
        return None
    host, colon, port = value.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise SettingError(f"{name} is {value!r}; write a host and a port like 127.0.0.1:2525")
    return host.strip("[]"), int(port)


def positive_numbers(name: str, default: str, count: int) -> tuple[int, ...]:
    """Exactly `count` positive whole numbers separated by commas."""
    value = text(name, default)
    parts = value.split(",")
    if len(parts) != count or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        raise SettingError(f"{name} is {value!r}; write {count} whole numbers like {default}")
    numbers = tuple(int(part) for part in parts)
    if min(numbers) < 1:
        raise SettingError(f"{name} is {value!r}; every number must be at least 1")
    return numbers
