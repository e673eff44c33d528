"""Processes that tests start and that take the end of their standard input for their own."""

import subprocess


def end(process: subprocess.Popen) -> None:
    """Close its input and wait; one that does not go is killed."""
    process.stdin.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
