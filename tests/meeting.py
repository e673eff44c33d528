"""For the controls of races: everybody is held at one step until all have come to it; no control needs luck."""

from threading import Barrier

import pytest


def after(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, many: int) -> None:
    """Whoever calls it goes on when so many have been answered: all of them know the same."""
    real, meeting = getattr(owner, name), Barrier(many, timeout=60)

    def answered(*given, **named):
        answer = real(*given, **named)
        meeting.wait()
        return answer

    monkeypatch.setattr(owner, name, answered)
