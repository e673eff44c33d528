"""Sessions and links that are long over go; what lives stays."""

from datetime import timedelta

import pytest

from keyturn.operators import purge, sessions, welcome
from keyturn.operators.models import OperatorSession, WelcomeLink
from tests.operators.conftest import BROWSER


@pytest.mark.parametrize("end", ["ended_at", "expires_at"])
def test_old_sessions_go_and_living_ones_stay(otto, inside, now, end):
    over = sessions.begin(otto, BROWSER, now).session
    OperatorSession.objects.filter(pk=over.pk).update(**{end: now - timedelta(days=31)})
    assert purge.everywhere(now) == 1
    assert OperatorSession.objects.get() == inside


@pytest.mark.parametrize("end", ["used_at", "expires_at"])
def test_old_links_go_and_living_ones_stay(otto, olga, now, end):
    welcome.make(otto, now)
    WelcomeLink.objects.update(**{end: now - timedelta(days=31)})
    welcome.make(olga, now)
    assert purge.everywhere(now) == 1
    assert WelcomeLink.objects.get().operator == olga
