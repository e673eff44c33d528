"""Waiting for what happens in other processes."""

import time

PATIENCE = 90.0  # seconds; what is waited for takes well under one, but a machine may be busy


def wait_for(look, what: str):
    """The first true thing that `look()` returns."""
    deadline, pause = time.monotonic() + PATIENCE, 0.02
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} seconds for {what}"
        time.sleep(pause)
        pause = min(0.2, pause * 1.3)  # who looks all the time takes it from those who are waited for
    return found
