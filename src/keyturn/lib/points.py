"""Named places in flows that a crash must not harm. The product only passes them; the kill tests die there."""


def reach(name: str) -> None:
    """Say that a flow came to this place, named `room.what_was_just_done`. Does nothing."""
