"""Where a form of the console goes on to: an address of our own, never another site's."""

from django.urls import Resolver404, resolve

HOME = "/console/"
_LONGEST = 500


def own_page(wished: str) -> str:
    """The wished address when it is one of the console's, otherwise home.

    Backslashes and a second slash are what browsers read as another host (CVE-2024-45399, Indico's `next`).
    """
    path = wished.partition("?")[0]
    if len(wished) > _LONGEST or "\\" in wished or "//" in path or not path.startswith(HOME):
        return HOME
    if any(ord(sign) < 0x21 for sign in wished):
        return HOME
    try:
        resolve(path)
    except Resolver404:
        return HOME
    return wished
