"""Each type of secret at each place where one is taken: its own alone takes it (C8, CVE-2022-23555)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from keyturn.access import sessions
from keyturn.access.models import Session
from keyturn.access.sign_in import SignedIn
from keyturn.directories import accounts
from keyturn.enrollment.models import SignUp
from keyturn.enrollment.wishes import WishRefused
from keyturn.lib import clock
from keyturn.operators import api_keys, welcome
from keyturn.operators.api_keys import NewKey
from keyturn.operators.models import Operator
from keyturn.people.models import Address, Person
from keyturn.recovery import caller_check
from keyturn.recovery.caller_check import Answer, Begun, Caller, Passed
from keyturn.recovery.core.claim import Claim
from keyturn.recovery.redeem import Redeemed
from keyturn.tenants.models import Tenant
from tests.enrollment import acts
from tests.enrollment.acts import OTTO, issue, sign_up, signs_in
from tests.recovery import acts as recovery

MARAS, NEW = "mara@movers.example", "violet tractor beside a lake"


@dataclass
class World:
    """Everybody's living secrets, by type, and what is needed to try one somewhere."""

    tenant: Tenant
    caller: Caller
    check: Begun
    secrets: dict[str, str]

    def takes(self, place: str, secret: str) -> bool:
        """Whether this place took this text for its own."""
        return PLACES[place](self, secret)


@pytest.fixture
def world(open_to_all, otto, mara, now) -> World:
    """Mara has a link, a temporary password, a session and a PIN; Pia waits; Otto has a key, Olga a welcome link."""
    accounts.set_first_password(accounts.of(mara), "orange bicycle under snow", now)
    Person.objects.filter(pk=mara.pk).update(allow_mobile_password_reset=True)
    secrets = {"newcomers password": _newcomer(open_to_all, mara)}
    recovery.ask(open_to_all, Claim(email=MARAS), "link")
    recovery.ask(open_to_all, Claim(email=MARAS), "temporary_password")
    recovery.resolve_all()
    secrets["link"], secrets["code"] = recovery.link_and_code()
    secrets["temporary password"] = acts.mailed("temporary_password")["PASSWORD"]
    secrets["pin"] = issue(mara, max_uses=9).text
    opening = sessions.Opening(Session.API)
    secrets["session"] = sessions.begin(accounts.of(mara), opening, open_to_all, now).token
    secrets["api key"] = api_keys.issue(NewKey("App", (api_keys.READ_RECOVERIES,)), now, actor=OTTO).text
    olga = Operator.objects.create(tenant=open_to_all, username="olga")
    secrets["welcome link"] = welcome.make(olga, now)
    caller = Caller(mara, otto, open_to_all)
    check = caller_check.begin(caller, Address.objects.get(raw="mara@home.example").pk, now)
    secrets["caller code"] = acts.mailed("caller_check")["CODE"]
    return World(open_to_all, caller, check, secrets)


def _newcomer(tenant, mara) -> str:
    sign_up(tenant, issue(mara).text)
    return acts.mailed()["PASSWORD"]


def _signs_up(world: World, secret: str) -> bool:
    try:
        return sign_up(world.tenant, secret, username="quinn", email="quinn@movers.example").state == SignUp.ACCEPTED
    except WishRefused:
        return False


def _reads_out(world: World, secret: str) -> bool:
    given = Answer(world.check.check.pk, secret)
    return isinstance(caller_check.answer(world.caller, given, clock.now()), Passed)


def _redeems(world: World, token: str, code: str) -> bool:
    return isinstance(recovery.redeems(token, code, NEW), Redeemed)


PLACES: dict[str, Callable[[World, str], Any]] = {
    "newcomers password": lambda world, text: isinstance(signs_in(world.tenant, text), SignedIn),
    "temporary password": lambda world, text: isinstance(signs_in(world.tenant, text, name="driver-7"), SignedIn),
    "link": lambda world, text: _redeems(world, text, world.secrets["code"]),
    "code": lambda world, text: _redeems(world, world.secrets["link"], text),
    "pin": _signs_up,
    "session": lambda world, text: sessions.resolve(text, Session.API, clock.now()) is not None,
    "api key": lambda world, text: api_keys.resolve(text, clock.now()) is not None,
    "welcome link": lambda world, text: welcome.look(text, clock.now()) is not None,
    "caller code": _reads_out,
}


@pytest.mark.mission("M2.13")
@pytest.mark.parametrize("place", PLACES)
def test_each_place_takes_its_own_secret_and_no_other(world, place):
    others = [world.secrets[kind] for kind in PLACES if kind != place]
    assert [world.takes(place, text) for text in others[:4]] == [False] * 4
    if place != "caller code":  # three tries end that one, and five a source's PINs
        assert [world.takes(place, text) for text in others[4:]] == [False] * 4
    assert Person.objects.filter(status=Person.PENDING).count() == 1
    assert world.takes(place, world.secrets[place])


def test_control_places_that_compare_nothing_take_anothers(world, monkeypatch):
    monkeypatch.setattr("keyturn.lib.hashing.verify", lambda text, phc: True)
    assert world.takes("newcomers password", world.secrets["temporary password"])
    assert world.takes("pin", world.secrets["pin"][:4] + "0123456789")


def test_no_two_secrets_are_the_same(world):
    assert len(set(world.secrets.values())) == len(PLACES) == len(world.secrets)
