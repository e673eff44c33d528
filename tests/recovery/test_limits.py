"""How often we write to one account or destination: three an hour, so many a day, then one an hour."""

from datetime import timedelta

import pytest
from django.db import transaction

from keyturn.recovery import limits
from keyturn.recovery.limits import TO_ACCOUNT, TO_DESTINATION, PlaceLost
from tests.recovery import acts

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def goes(allowance, at) -> bool:
    """Look, then take, as resolving does; both must say the same."""
    is_free = not limits.used_up([(allowance, "mara")], at)
    try:
        with transaction.atomic():
            limits.take([(allowance, "mara")], at)
    except PlaceLost:
        assert not is_free
        return False
    assert is_free
    return True


@pytest.mark.parametrize("allowance, in_a_day", [(TO_ACCOUNT, 8), (TO_DESTINATION, 10)])
def test_a_day_of_somebody_who_asks_every_ten_minutes(allowance, in_a_day, now):
    sent = [
        [goes(allowance, now + HOUR * hour + timedelta(minutes=10 * tenth)) for tenth in range(6)]
        for hour in range(24)
    ]
    by_hour = [sum(tries) for tries in sent]
    full, rest = divmod(in_a_day, 3)
    assert by_hour[:full] == [3] * full
    assert rest <= by_hour[full] <= 3  # the rest of the day's, and the first of the trickle
    assert by_hour[full + 1 :] == [1] * (23 - full)  # whoever asks in Mara's name cannot keep her out


def test_a_lost_place_takes_none_of_the_others(now):
    for _ in range(3):
        limits.take([(TO_DESTINATION, "full")], now)
    for _ in range(5):
        with pytest.raises(PlaceLost), transaction.atomic():
            limits.take([(TO_ACCOUNT, "mara"), (TO_DESTINATION, "full")], now)
    assert [goes(TO_ACCOUNT, now) for _ in range(4)] == [True, True, True, False]


def test_a_destination_counts_over_all_tenants(mara, in_movers, now):
    for _ in range(3):
        limits.take([(TO_DESTINATION, acts.MARAS_EMAIL)], now)  # by another tenant, or for another account
    assert acts.recover(in_movers).reason == "too_many_to_destination"


def test_a_number_written_to_too_often_costs_the_sms_alone(mara, in_movers, now):
    for _ in range(3):
        limits.take([(TO_DESTINATION, acts.MARAS_PHONE)], now)
    assert acts.recover(in_movers, phone=acts.MARAS_PHONE, method="temporary_password").channels == ["email"]


def test_a_refusal_takes_no_place(mara, in_movers):
    in_movers.allow_mobile_password_reset = False
    in_movers.save()
    for _ in range(5):
        acts.recover(in_movers, method="temporary_password")
    assert acts.recover(in_movers).reason == ""
