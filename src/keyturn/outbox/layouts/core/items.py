"""Merge items in a text: how one looks, and which there are."""

import re

ITEM = re.compile(r"!([A-Z][A-Z_]*)!")


def items_in(text: str) -> set[str]:
    """The names of the items that a text borrows."""
    return set(ITEM.findall(text))
