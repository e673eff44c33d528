"""Named points between two steps of a flow, where a test may end the process. In the product they do nothing."""


def reach(name: str) -> None:
    """The flow got to this point. The kill tests replace this function in a process of their own."""
