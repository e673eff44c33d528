"""A session lives until it is ended, expires, or what it stands on is gone: the password, the person, the tenant."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyturn.access import purge, sessions
from keyturn.access.models import Session
from keyturn.access.sign_in import sign_in
from keyturn.audit.models import Event
from keyturn.directories.models import Account
from keyturn.people import changes
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.access.people import ORIGINAL, typed


@pytest.fixture
def token(mara, in_movers, now) -> str:
    return sign_in(typed("mara", ORIGINAL), in_movers, now).token


def test_the_token_is_not_in_the_database(token):
    assert token not in repr(Session.objects.values_list())


def test_one_statement_asks_for_every_reason(token, now):
    with CaptureQueriesContext(connection) as captured:
        session = sessions.resolve(token, Session.API, now)
        assert session.account.person.name == "Mara Lind"
    assert len(captured) == 1


def test_signing_out_ends_it_once(token, now):
    session = sessions.resolve(token, Session.API, now)
    assert sessions.end(session, now)
    assert not sessions.end(session, now)
    assert sessions.resolve(token, Session.API, now) is None
    assert Event.objects.filter(action="session.ended").count() == 1


def _expire(now):
    Session.objects.update(expires_at=now)


def _end_all(now):
    sessions.end_all(Account.objects.get(), now)


def _change_the_password(now):
    Account.objects.update(credential_epoch=1)


def _deactivate(now):
    changes.set_status(Account.objects.get().person, "inactive", now)


def _suspend(now):
    Tenant.objects.update(status=Tenant.SUSPENDED)


@pytest.mark.parametrize("happens", [_expire, _end_all, _change_the_password, _deactivate, _suspend])
def test_it_ends_at_once_when(token, now, happens):
    assert sessions.resolve(token, Session.API, now) is not None
    happens(now)
    assert sessions.resolve(token, Session.API, now) is None


def test_a_session_of_an_app_is_none_of_a_browser_nor_of_another_tenant(token, labs, now):
    assert sessions.resolve(token, Session.WEB, now) is None
    with scope.inside(labs.id):
        assert sessions.resolve(token, Session.API, now) is None


@pytest.mark.parametrize("text", ["", "x", "\0", "é", "\ud800", "A" * 43, "A" * 10**6])
def test_what_we_did_not_give_out_is_no_token(token, now, text):
    assert sessions.resolve(text, Session.API, now) is None


def test_sessions_that_are_over_are_removed_after_a_month(token, now, settings):
    long_ago = now - timedelta(days=settings.KEYTURN_KEEP_SESSIONS_DAYS + 1)
    assert purge.in_tenant(now) == 0
    Session.objects.update(ended_at=long_ago)
    assert purge.in_tenant(now) == 1
    assert not Session.objects.exists()
