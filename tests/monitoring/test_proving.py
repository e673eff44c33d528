"""The worker's test of a new password: what each answer does to the mailbox, and how often it asks outside."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock, leases, points
from keyturn.limits import counters
from keyturn.monitoring import links, proving, sealing
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.mailbox.check import Stage
from keyturn.monitoring.models import Mailbox, Mending, MendingLink, Sighting, WebhookCall
from keyturn.tenants.models import Tenant
from tests.monitoring import mends
from tests.monitoring.fakes import manners
from tests.monitoring.mailbox.conftest import opened, running_server, server  # noqa: F401 -- fixtures
from tests.monitoring.mends import NEW, OLD, by_link, fresh, link_to, prove_all, signed_in

pytestmark = pytest.mark.mission("M1.11")

HELD_AGAINST = ("incident", "refused_since", "suspended_at", "troubled_since", "told_at", "may_mend_blind_until")


def ended() -> Mending:
    return Mending.objects.latest("created_at")


@pytest.mark.mission("M1.12")
def test_an_accepted_password_ends_the_incident_and_checking_resumes(broken, now, mail_server):
    token = link_to(broken, now)
    by_link(token)
    assert prove_all() == 1
    box = fresh(broken)
    assert (box.state, box.refusals, box.suspended_by, box.verdict) == (Mailbox.FINE, 0, "", "accepted")
    assert [getattr(box, name) for name in HELD_AGAINST] == [None] * len(HELD_AGAINST)
    assert box.due_at > now + timedelta(minutes=29)
    assert sealing.open(box) == NEW
    assert sealing.fits(box, NEW)
    assert box.secret_version == broken.secret_version + 1
    assert not links.is_alive(links.find(token), clock.now())
    assert Sighting.objects.get().verdict == "accepted"
    assert Event.objects.filter(action="mailbox.mended", actor="worker").count() == 1


def test_the_steps_are_written_down_as_they_happen(broken, now, mail_server, monkeypatch):
    seen = []
    write = proving.rows.update

    def watched(model, where, **changes):
        seen.append(changes.get("steps", [])[-1:])
        return write(model, where, **changes)

    monkeypatch.setattr(proving.rows, "update", watched)
    by_link(link_to(broken, now))
    prove_all()
    stages = ["resolved", "connected", "secured", "greeted", "signed_in"]
    assert [one[0] for one in seen if one] == stages
    assert ended().steps == stages


ANSWERS = {
    Code.AUTHENTICATION_FAILED: Mending.REJECTED,
    Code.EXPIRED: Mending.REJECTED,
    Code.NO_WITHOUT_CODE: Mending.REJECTED,
    Code.UNAVAILABLE: Mending.UNREACHABLE,
    Code.CERTIFICATE: Mending.UNREACHABLE,
    Code.TIMEOUT: Mending.UNREACHABLE,
    Code.NOWHERE: Mending.UNREACHABLE,
}


@pytest.mark.mission("M1.13")
@pytest.mark.parametrize(("code", "state"), ANSWERS.items(), ids=str)
def test_any_other_answer_leaves_the_mailbox_as_it_was(broken, now, mail_server, code, state):
    mail_server.code = code
    before = Mailbox.objects.values().get()
    token = link_to(broken, now)
    by_link(token)
    prove_all()
    assert (ended().state, ended().code) == (state, code)
    assert Mailbox.objects.values().get() == before
    assert links.is_alive(links.find(token), clock.now())
    assert Event.objects.get(action="mending.failed").reason == code


@pytest.mark.mission("M1.13")
def test_after_a_wrong_new_password_the_right_one_is_taken(broken, now, mail_server):
    token = link_to(broken, now)
    mail_server.code = Code.AUTHENTICATION_FAILED
    by_link(token, new="mistyped")
    prove_all()
    mail_server.code = Code.SIGNED_IN
    by_link(token)
    prove_all()
    assert sealing.open(fresh(broken)) == NEW


def test_what_was_sealed_is_destroyed_whatever_came_of_it(broken, now, mail_server):
    for code in (Code.TIMEOUT, Code.AUTHENTICATION_FAILED, Code.SIGNED_IN):
        mail_server.code = code
        signed_in(broken)
        prove_all()
    assert list(Mending.objects.values_list("sealed", "due_at", "lease_until").distinct()) == [(None, None, None)]


def _four_times(broken, mail_server, monkeypatch) -> int:
    """Four askings that no look ahead stops; how many sign-ins came of them."""
    monkeypatch.setattr(counters, "full_until", lambda *whom, **more: None)
    mail_server.code = Code.AUTHENTICATION_FAILED
    for _ in range(4):
        signed_in(broken)
        prove_all()
    return len(mail_server.shown)


def test_no_more_than_three_sign_ins_an_hour_leave(broken, mail_server, monkeypatch):
    assert _four_times(broken, mail_server, monkeypatch) == 3
    assert (ended().state, ended().code) == (Mending.OVER, proving.TOO_MANY)


def test_without_the_limit_the_fourth_would(broken, mail_server, monkeypatch):
    monkeypatch.setattr(proving.counters, "take", lambda *whom, **more: None)
    assert _four_times(broken, mail_server, monkeypatch) == 4


OUTRUN = {
    "its place or secret changed": lambda: Mailbox.objects.update(secret_version=9),
    "its host was changed beneath it": lambda: Mailbox.objects.update(host="evil.example"),
    "nobody took it in ten minutes": lambda: Mending.objects.update(created_at=clock.now() - timedelta(minutes=11)),
    "the organization is suspended": lambda: Tenant.objects.update(status=Tenant.SUSPENDED),
    "nothing is sealed": lambda: Mending.objects.update(sealed=None),
}


@pytest.mark.parametrize("happens", OUTRUN.values(), ids=OUTRUN)
def test_nothing_leaves_when(broken, now, mail_server, happens):
    by_link(link_to(broken, now))
    happens()
    prove_all()
    assert mail_server.shown == []
    assert ended().state == Mending.OVER


def test_a_mailbox_that_was_changed_while_it_was_tested_keeps_what_it_has(broken, now, mail_server, monkeypatch):
    def changed(name):
        Mailbox.objects.update(secret_version=9)

    monkeypatch.setattr(points, "reach", changed)
    by_link(link_to(broken, now))
    prove_all()
    box = fresh(broken)
    assert (box.state, box.secret_version) == (Mailbox.SUSPENDED, 9)
    assert ended().state == Mending.OVER
    assert not Event.objects.filter(action="mailbox.mended").exists()


def test_one_suspended_by_an_operator_has_the_password_and_stays_suspended(broken, mail_server):
    Mailbox.objects.update(suspended_by=Mailbox.BY_OPERATOR)
    signed_in(broken)
    prove_all()
    box = fresh(broken)
    assert (box.state, box.due_at) == (Mailbox.SUSPENDED, None)
    assert sealing.open(box) == NEW


def test_a_check_under_way_with_the_old_password_says_nothing_any_more(broken, mail_server, now):
    Mailbox.objects.update(due_at=now)
    claim = leases.claim(Mailbox, now=now, lease=timedelta(seconds=60))
    signed_in(broken)
    prove_all()
    with pytest.raises(leases.LeaseLost):
        leases.settle(Mailbox, claim, state=Mailbox.REFUSED)
    assert fresh(broken).state == Mailbox.FINE


def test_a_worker_that_was_only_slow_writes_nothing(broken, now, mail_server, monkeypatch):
    def taken_by_another(name):
        Mending.objects.update(fence=7)

    monkeypatch.setattr(points, "reach", taken_by_another)
    by_link(link_to(broken, now))
    assert proving.step()
    assert fresh(broken).state == Mailbox.SUSPENDED
    assert ended().state == Mending.WAITING


def test_a_worker_that_died_is_followed_by_the_next(broken, now, mail_server):
    by_link(link_to(broken, now))
    leases.claim(Mending, now=now, lease=timedelta(seconds=0))
    assert prove_all() == 1
    assert fresh(broken).state == Mailbox.FINE


def test_the_step_is_none_when_nothing_waits(in_movers):
    assert not proving.step()


@pytest.mark.mission("M1.15")
def test_the_tenants_software_hears_of_a_mended_one(broken, mail_server, monkeypatch):
    told = []
    monkeypatch.setattr(proving.mended.webhooks, "tell", lambda event, boxes, now: told.append((event, boxes)))
    signed_in(broken)
    prove_all()
    [(event, [box])] = told
    assert (event, box.state, box.secret_version) == ("mailbox.mended", Mailbox.FINE, broken.secret_version + 1)
    assert not WebhookCall.objects.exists()


@pytest.mark.parametrize(
    ("answer", "state"), [("", Mending.ACCEPTED), ("{tag} NO [AUTHENTICATIONFAILED] no", "rejected")]
)
def test_against_a_server_that_speaks(mara, now, server, answer, state):  # noqa: F811 -- the fixture
    box = mends.suspended(mara, now, host="127.0.0.1", port=server.port)
    server.play(manners.server("imap", "implicit", answer))
    by_link(link_to(box, now))
    assert prove_all() == 1
    assert ended().state == state
    assert [Stage(one) for one in ended().steps][:4] == ["resolved", "connected", "secured", "greeted"]
    assert server.heard().is_secured
    assert sealing.open(fresh(box)) == (NEW if state == Mending.ACCEPTED else OLD)
    assert MendingLink.objects.filter(ended_at=None).exists() == (state != Mending.ACCEPTED)
