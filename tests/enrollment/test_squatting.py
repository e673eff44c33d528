"""Mallory has a PIN, and wishes to be called by Pia's address: it keeps Pia out of nothing that is hers."""

import pytest

from keyturn.access.sign_in import SignedIn
from keyturn.enrollment import unfinished
from keyturn.enrollment.models import SignUp
from keyturn.lib import clock
from keyturn.people import newcomers
from keyturn.people.models import Person
from tests.enrollment import acts
from tests.enrollment.acts import PIAS_EMAIL, issue, sign_up, signs_in


@pytest.fixture
def pia(open_to_all, mara) -> str:
    """Pia came by Mara's PIN; this was mailed to her."""
    sign_up(open_to_all, issue(mara).text)
    return acts.mailed()["PASSWORD"]


@pytest.fixture
def squatter(open_to_all, mara, pia) -> Person:
    """Then somebody signs up who wants to be called by Pia's address."""
    return sign_up(open_to_all, issue(mara).text, username=PIAS_EMAIL).person


def names() -> set[str]:
    return set(Person.objects.exclude(identifier="driver-7").values_list("identifier", flat=True))


@pytest.mark.mission("M2.11")
def test_whoever_proves_the_address_has_it_whatever_others_who_wait_are_called(open_to_all, pia, squatter):
    assert names() == {"pia", PIAS_EMAIL}
    assert isinstance(signs_in(open_to_all, pia), SignedIn)
    assert names() == {"pia"}
    unfinished.purge(clock.now())
    assert sorted(SignUp.objects.values_list("state", flat=True)) == [SignUp.FINISHED, SignUp.REFUSED]


def test_control_a_name_that_waits_would_throw_her_out(open_to_all, pia, squatter, monkeypatch):
    monkeypatch.setattr(newcomers, "_make_way", lambda *_: None)
    assert not isinstance(signs_in(open_to_all, pia), SignedIn)
    assert names() == {PIAS_EMAIL}


@pytest.mark.mission("M2.11")
def test_an_address_that_nobody_proved_is_not_taken(open_to_all, mara):
    sign_up(open_to_all, issue(mara).text, username=PIAS_EMAIL)
    assert sign_up(open_to_all, issue(mara).text).state == SignUp.ACCEPTED
    assert isinstance(signs_in(open_to_all, acts.mailed()["PASSWORD"]), SignedIn)
    assert names() == {"pia"}


def test_a_name_that_somebody_signs_in_with_stays_theirs(open_to_all, mara, pia, squatter):
    """The mailbox's owner took the other mail: that name is proven, and the first one ends as taken."""
    assert isinstance(signs_in(open_to_all, acts.mailed()["PASSWORD"], name=PIAS_EMAIL), SignedIn)
    assert not isinstance(signs_in(open_to_all, pia), SignedIn)
    assert names() == {PIAS_EMAIL}
