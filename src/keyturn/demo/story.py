"""What the demo tells a newcomer: who is there, with which password, and what to try."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

_ABOUT = {
    ("movers", "mara@movers.example"): "drives, forgets; has email and a phone for text messages",
    ("movers", "vera@movers.example"): "has email and no phone",
    ("movers", "sofia"): "signs in with a short name and reads Spanish",
    ("movers", "jo@shared.example"): "works for both companies, under one address",
    ("movers", "rosa@full.example"): "whose mailbox is full: every mail to her is refused",
    ("movers", "nils@movers.example"): "who left; his account is inactive",
    ("labs", "jo@shared.example"): "the same Jo, with another password",
    ("labs", "lena"): "needs 15 characters for a password, as everybody at Labs",
}


@dataclass(frozen=True)
class Player:
    """Somebody to play with."""

    tenant: str
    url: str
    name: str
    identifier: str
    password: str
    about: str


@cache
def players() -> tuple[Player, ...]:
    """Everybody in the world file who has a story."""
    world = yaml.safe_load(resources.files("keyturn.demo").joinpath("world.yaml").read_text(encoding="utf-8"))
    return tuple(
        Player(
            tenant=tenant["name"],
            url=tenant["public_url"],
            name=person["name"],
            identifier=person["identifier"],
            password=person["password"],
            about=_ABOUT[tenant["slug"], person["identifier"]],
        )
        for tenant in world["tenants"]
        for person in tenant["people"]
    )


def welcome(port: int) -> str:
    """The lines printed when everything is up."""
    base = f"http://127.0.0.1:{port}"
    mara, *_ = players()
    return f"""
Keyturn is running. Stop it with Ctrl-C.

  What to try      {base}/
  Sign-in page     {base}/sign-in      ({mara.identifier} · {mara.password})
  Mail and texts   {base}/demo/inbox
  For apps         {base}/api/v1/docs
  Another company  http://labs.localhost:{port}/sign-in

1. Open the sign-in page, type {mara.identifier}, press Reset password.
2. Read the mail in {base}/demo/inbox, follow its link, type its code, choose a password.
3. Everybody else, and how an app asks for a temporary password, is on {base}/
"""
