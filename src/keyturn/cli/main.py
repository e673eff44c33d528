"""The `keyturn` command."""


def main() -> None:
    """Entry point."""
    raise SystemExit("not yet")
