"""What the demo tells a newcomer: who is there, with which password, and what to try."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ABOUT = {
    ("movers", "mara@movers.example"): _("drives, forgets; has email and a phone for text messages"),
    ("movers", "vera@movers.example"): _("has email and no phone"),
    ("movers", "sofia"): _("signs in with a short name and reads Spanish"),
    ("movers", "jo@shared.example"): _("works for both companies, under one address"),
    ("movers", "rosa@full.example"): _("whose mailbox is full: every mail to her is refused"),
    ("movers", "nils@movers.example"): _("who left; his account is inactive"),
    ("labs", "jo@shared.example"): _("the same Jo, with another password"),
    ("labs", "lena"): _("needs 15 characters for a password, as everybody at Labs"),
}


@dataclass(frozen=True)
class Player:
    """Somebody to play with."""

    tenant: str
    url: str
    name: str
    identifier: str
    password: str
    about: str | Promise


@cache
def operator() -> dict[str, str]:
    """The owner of the first company, who shows the console."""
    return _world()["tenants"][0]["operators"][0]


def _world() -> dict:
    return yaml.safe_load(resources.files("keyturn.demo").joinpath("world.yaml").read_text(encoding="utf-8"))


@cache
def players() -> tuple[Player, ...]:
    """Everybody in the world file who has a story."""
    return tuple(
        Player(
            tenant=tenant["name"],
            url=tenant["public_url"],
            name=person["name"],
            identifier=person["identifier"],
            password=person["password"],
            about=_ABOUT[tenant["slug"], person["identifier"]],
        )
        for tenant in _world()["tenants"]
        for person in tenant["people"]
        if (tenant["slug"], person["identifier"]) in _ABOUT
    )


def welcome(port: int) -> str:
    """The lines printed when everything is up."""
    base = f"http://127.0.0.1:{port}"
    mara, otto = players()[0], operator()
    return f"""
Keyturn is running. Stop it with Ctrl-C.

  What to try      {base}/
  Sign-in page     {base}/sign-in      ({mara.identifier} · {mara.password})
  Mail and texts   {base}/demo/inbox
  Console          {base}/console/      ({otto["username"]} · {otto["password"]})
  For apps         {base}/api/v1/docs
  Another company  http://labs.localhost:{port}/sign-in

1. Open the sign-in page, type {mara.identifier}, press Reset password.
2. Read the mail in {base}/demo/inbox, follow its link, type its code, choose a password.
3. Everybody else, and how an app asks for a temporary password, is on {base}/
"""
