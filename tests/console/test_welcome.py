"""The welcome of a new owner: a link that is good once, behind which a password is chosen."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from keyturn.lib import digest, hashing
from keyturn.operators import welcome
from keyturn.operators.models import Operator, WelcomeLink

TOKEN = "Vn8wq2mXzR4tLk7pYc3sHd9fBg6jNa5eUo1iTx0_-Wq"
PASSWORD = "violet tractor beside a lake"


@pytest.fixture
def owner(db, now: datetime) -> Operator:
    olga = Operator.objects.create(username="olga", email="olga@keyturn.example")
    expires_at = now + timedelta(hours=1)
    WelcomeLink.objects.create(operator=olga, digest=digest.plain("welcome", TOKEN), expires_at=expires_at)
    return olga


@pytest.fixture
def console(settings) -> Client:
    settings.KEYTURN_PUBLIC_URL = "https://keyturn.example"
    return Client(HTTP_HOST="keyturn.example")


def send(console: Client, password: str, again: str | None = None, token: str = TOKEN):
    fields = {"new_password": password, "confirm_password": password if again is None else again}
    return console.post(f"/console/welcome/{token}", fields)


def test_the_owner_chooses_a_password_once(console, owner):
    answer = send(console, PASSWORD)
    assert (answer.status_code, answer["Location"]) == (303, "/console/sign-in?notice=ready")
    assert b"Your password is saved" in console.get(answer["Location"]).content
    owner.refresh_from_db()
    assert hashing.verify(PASSWORD, owner.password)
    assert send(console, "another tractor on a hill").status_code == 404
    before = owner.password
    owner.refresh_from_db()
    assert owner.password == before


def test_opening_the_link_writes_nothing(console, owner):
    for _ in range(3):
        assert console.get(f"/console/welcome/{TOKEN}").status_code == 200
        assert console.head(f"/console/welcome/{TOKEN}").status_code == 200
    assert WelcomeLink.objects.get().used_at is None


def test_a_bad_form_does_not_spend_the_link(console, owner):
    for password, again in (
        ("", ""),
        ("short", "short"),
        (PASSWORD, "other"),
        ("olga olga olga 1", "olga olga olga 1"),
    ):
        assert send(console, password, again).status_code == 422
    assert WelcomeLink.objects.get().used_at is None
    assert send(console, PASSWORD).status_code == 303


@pytest.mark.parametrize("token", ["x", "é", "A" * 5000, TOKEN + "A"])
def test_a_made_up_link_does_not_work(console, owner, token):
    answer = console.get(f"/console/welcome/{token}")
    assert answer.status_code == 404
    assert b"keyturn owner create" in answer.content


def test_a_link_whose_time_is_over_does_not_work(console, owner, now):
    WelcomeLink.objects.update(expires_at=now - timedelta(seconds=1))
    assert console.get(f"/console/welcome/{TOKEN}").status_code == 404
    assert send(console, PASSWORD).status_code == 404


def test_a_form_from_another_site_spends_nothing(owner, settings):
    settings.KEYTURN_PUBLIC_URL = "https://keyturn.example"
    strict = Client(enforce_csrf_checks=True, HTTP_HOST="keyturn.example")
    assert send(strict, PASSWORD).status_code == 403
    assert WelcomeLink.objects.get().used_at is None


def _race(now: datetime) -> int:
    outcomes, start = [], threading.Barrier(6)

    def choose(number: int) -> None:
        start.wait()
        outcomes.append(welcome.choose_password(TOKEN, f"{PASSWORD} {number}", now))
        connection.close()

    threads = [threading.Thread(target=choose, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(outcomes)


@pytest.mark.django_db(transaction=True)
def test_six_at_once_set_one_password(owner, now):
    assert _race(now) == 1


@pytest.mark.django_db(transaction=True)
def test_the_check_above_would_notice_a_link_that_is_never_spent(owner, now, monkeypatch):
    unguarded = WelcomeLink.objects.filter(digest=digest.plain("welcome", TOKEN))
    monkeypatch.setattr(welcome, "_open", lambda token, now: unguarded.all())
    monkeypatch.setattr(welcome, "_unspent", lambda token, now: unguarded.all())
    assert _race(now) > 1
