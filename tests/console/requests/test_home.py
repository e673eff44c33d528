"""Home: what needs a look, and thirty days drawn by the server."""

from datetime import date, timedelta

import pytest

from keyturn.console import chart
from keyturn.lib import clock
from keyturn.monitoring.models import HostTrouble, Mailbox
from keyturn.outbox.models import Attempt, CellProvider, Message
from keyturn.recovery import tally
from keyturn.recovery.models import DailyTally
from tests.console.requests.acts import end, notices, words_of
from tests.monitoring import boxes, mends
from tests.recovery.acts import recover


def test_a_quiet_day_says_so(otto):
    assert "nobody was refused today" in words_of(otto.get("/console/"))


@pytest.mark.mission("M0.5")
def test_dead_messages_need_a_look(otto, mara):
    end(notices(mara, 1)[0], Message.BOUNCED)
    page = words_of(otto.get("/console/"))
    assert "Bounced" in page and "1 message of the last seven days" in page
    assert "state=bounced" in page and "nobody was refused" not in page


def test_refusals_of_today_with_their_reason(otto, mara, in_movers):
    recover(in_movers, email="nobody@movers.example")
    page = words_of(otto.get("/console/"))
    assert "1 request" in page and "Nobody here has this user name or address" in page


def test_a_failing_server_an_ending_gateway_and_a_message_that_waits(otto, mara, now):
    message = notices(mara, 1, begun=now - timedelta(minutes=5))[0]
    reply = "no route to host"
    Attempt.objects.create(message=message, at=now, profile="installation", outcome="unreachable", reply=reply)
    CellProvider.objects.update(ends_on=now.date() - timedelta(days=1))
    page = words_of(otto.get("/console/"))
    assert reply in page and "nobody gets text messages through it" in page and "A message has waited since" in page


@pytest.mark.mission("M1.4", "M1.5")
def test_mail_servers_in_trouble_and_mailboxes_that_refuse_their_passwords(otto, mara, now):
    mends.suspended(mara, now)
    boxes.mailbox(mara, now, name="By hand", state=Mailbox.SUSPENDED, suspended_by=Mailbox.BY_OPERATOR)
    HostTrouble.objects.create(host="mail.movers.example", began_at=now, failing=9)
    HostTrouble.objects.create(host="post.movers.example", began_at=now, failing=9, ended_at=now)
    page = words_of(otto.get("/console/"))
    assert "1 mailbox refuses its password" in page and "state=suspended" in page
    assert "mail.movers.example" in page and "Nobody is accused" in page and "post.movers.example" not in page


def test_the_chart_and_its_numbers(otto, mara, in_movers):
    recover(in_movers)
    tally.count(clock.now())
    page = words_of(otto.get("/console/"))
    assert "<svg" in page and 'class="bar is-asked"' in page and "1 asked, 0 delivered, 0 completed" in page
    assert " style=" not in page and "<script>" not in page


def days(*numbers: tuple) -> list[DailyTally]:
    begun = date(2026, 11, 1)
    return [
        DailyTally(day=begun + timedelta(days=n), asked=a, delivered=d, completed=c, median_seconds=m)
        for n, (a, d, c, m) in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    "most, top", [(0, 2), (1, 2), (3, 4), (5, 6), (11, 20), (56, 60), (99, 100), (250_000, 400_000)]
)
def test_the_axis_ends_at_a_round_number(most, top):
    drawn = chart.of(days((most, 0, 0, None)))
    assert [line.number for line in drawn.lines] == [0, top // 2, top]


def test_bars_stand_on_the_ground_and_none_is_higher_than_the_drawing():
    drawn = chart.of(days((10, 7, 3, 60), (0, 0, 0, None), (4, 4, 4, 600)))
    ground = drawn.height
    assert all(bar.y >= 0 and bar.y + bar.height == ground for day in drawn.days for bar in day.bars)
    assert [len(day.bars) for day in drawn.days] == [3, 0, 3]
    assert [day.point_y is None for day in drawn.days] == [False, True, False]
    heights = [bar.height for bar in drawn.days[0].bars]
    assert heights == sorted(heights, reverse=True)
