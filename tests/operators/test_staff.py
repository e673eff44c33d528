"""Who may act on whom, and what becomes of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.lib import hashing
from keyturn.operators import sessions, staff, welcome
from keyturn.operators.factors import recovery_codes
from keyturn.operators.factors.models import RecoveryCode
from keyturn.operators.models import InstallationEvent, Operator, OperatorSession
from keyturn.operators.roles import Role
from keyturn.operators.staff import Acting, NewOperator, Refusal, RoleChange
from keyturn.tenants import scope
from tests.operators.conftest import BROWSER, PASSWORD

RANKED = [Role.AUDITOR, Role.HELPDESK, Role.ADMINISTRATOR, Role.OWNER]
ACTS = {
    "role": lambda acting, other, now: staff.change_role(acting, other.pk, RoleChange(other.role, Role.AUDITOR), now),
    "off": lambda acting, other, now: staff.switch_off(acting, other.pk, now),
    "on": lambda acting, other, now: staff.switch_on(acting, other.pk, now),
    "sessions": lambda acting, other, now: staff.end_sessions(acting, other.pk, now),
    "factors": lambda acting, other, now: staff.remove_factors(acting, other.pk, now),
    "welcome": lambda acting, other, now: staff.renew_welcome(acting, other.pk, now),
}


def member(tenant, name: str, role: str) -> Operator:
    return Operator.objects.create(tenant=tenant, username=name, role=role)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("mine", RANKED)
@pytest.mark.parametrize("theirs", RANKED)
def test_nobody_acts_on_an_equal_or_a_superior_but_owners_on_owners(movers, now, act, mine, theirs):
    actor, other = member(movers, "actor", mine), member(movers, "other", theirs)
    outcome = ACTS[act](Acting(actor, movers.id), other, now)
    allowed = RANKED.index(mine) > RANKED.index(theirs) or mine == Role.OWNER
    assert (outcome is Refusal.NOT_YOURS) is not allowed


def test_control_without_the_rule_the_helpdesk_shuts_out_an_owner(movers, now, monkeypatch):
    actor, boss = member(movers, "actor", Role.HELPDESK), member(movers, "boss", Role.OWNER)
    member(movers, "second", Role.OWNER)
    monkeypatch.setattr(staff, "may_rule", lambda actor, other: True)
    staff.switch_off(Acting(actor, movers.id), boss.pk, now)
    boss.refresh_from_db()
    assert not boss.is_active


@pytest.mark.parametrize("act", ACTS)
def test_nobody_acts_on_themselves(movers, now, act):
    boss = member(movers, "boss", Role.OWNER)
    member(movers, "second", Role.OWNER)
    assert ACTS[act](Acting(boss, movers.id), boss, now) is Refusal.NOT_YOURS


@pytest.mark.parametrize("act", ACTS)
def test_an_owner_of_one_tenant_does_not_reach_another(movers, labs, olga, now, act):
    boss, stranger = member(labs, "boss", Role.OWNER), member(movers, "otto", Role.AUDITOR)
    assert ACTS[act](Acting(boss, labs.id), stranger, now) is Refusal.UNKNOWN
    assert ACTS[act](Acting(boss, labs.id), olga, now) is Refusal.UNKNOWN


def test_a_role_that_is_gone_counts_no_more(movers, now):
    boss, other = member(movers, "boss", Role.OWNER), member(movers, "other", Role.ADMINISTRATOR)
    as_remembered = Acting(boss, movers.id)
    Operator.objects.filter(pk=boss.pk).update(role=Role.HELPDESK)
    assert staff.switch_off(as_remembered, other.pk, now) is Refusal.NOT_YOURS


def test_whoever_was_switched_off_a_moment_ago_does_nothing_more(movers, now):
    boss, other = member(movers, "boss", Role.OWNER), member(movers, "other", Role.ADMINISTRATOR)
    as_remembered = Acting(boss, movers.id)
    Operator.objects.filter(pk=boss.pk).update(is_active=False)
    assert staff.remove_factors(as_remembered, other.pk, now) is Refusal.NOT_YOURS
    assert staff.invite(as_remembered, NewOperator("hal", "", Role.OWNER), now) is Refusal.ROLE_TOO_HIGH


@pytest.mark.parametrize("act", ["role", "off"])
def test_the_last_owner_stays(movers, olga, now, act):
    boss = member(movers, "boss", Role.OWNER)
    assert ACTS[act](Acting(olga, movers.id), boss, now) is Refusal.LAST_OWNER
    member(movers, "second", Role.OWNER)
    assert not isinstance(ACTS[act](Acting(olga, movers.id), boss, now), Refusal)


def test_an_administrator_invites_those_below_and_no_other(movers, now):
    acting = Acting(member(movers, "ada", Role.ADMINISTRATOR), movers.id)
    for role in (Role.OWNER, Role.ADMINISTRATOR, "installation", ""):
        assert staff.invite(acting, NewOperator("new", "", role), now) is Refusal.ROLE_TOO_HIGH
    invited = staff.invite(acting, NewOperator("new", "", Role.HELPDESK), now)
    assert invited.operator.role == Role.HELPDESK
    assert staff.invite(acting, NewOperator("new", "", Role.AUDITOR), now) is Refusal.TAKEN


def test_nobody_raises_somebody_to_their_own_rank(movers, now):
    ada, hal = member(movers, "ada", Role.ADMINISTRATOR), member(movers, "hal", Role.HELPDESK)
    outcome = staff.change_role(Acting(ada, movers.id), hal.pk, RoleChange(hal.role, Role.ADMINISTRATOR), now)
    assert outcome is Refusal.ROLE_TOO_HIGH


def test_of_two_who_change_a_role_the_second_is_told(movers, olga, now):
    hal, acting = member(movers, "hal", Role.HELPDESK), Acting(olga, movers.id)
    assert staff.change_role(acting, hal.pk, RoleChange(Role.HELPDESK, Role.AUDITOR), now) == hal
    assert staff.change_role(acting, hal.pk, RoleChange(Role.HELPDESK, Role.OWNER), now) is Refusal.CHANGED


def test_an_invitation_lets_its_operator_choose_a_password_once(movers, now):
    boss = member(movers, "boss", Role.OWNER)
    invited = staff.invite(Acting(boss, movers.id), NewOperator("hal", "hal@movers.example", Role.HELPDESK), now)
    assert invited.token not in repr(invited)
    assert welcome.look(invited.token, now) == invited.operator
    assert welcome.choose_password(invited.token, PASSWORD, now)
    assert not welcome.choose_password(invited.token, "another one altogether", now)
    invited.operator.refresh_from_db()
    assert hashing.verify(PASSWORD, invited.operator.password)


def test_a_new_link_ends_the_former_and_leaves_the_password(otto, movers, olga, now):
    before = otto.password
    first = staff.renew_welcome(Acting(olga, movers.id), otto.pk, now)
    second = staff.renew_welcome(Acting(olga, movers.id), otto.pk, now)
    otto.refresh_from_db()
    assert otto.password == before
    assert welcome.look(first.token, now) is None and welcome.look(second.token, now) == otto


def test_a_link_ends_with_time_with_its_operator_and_with_its_tenant(otto, movers, olga, now):
    link = staff.renew_welcome(Acting(olga, movers.id), otto.pk, now)
    assert welcome.look(link.token, now + timedelta(hours=24)) is None
    type(movers).objects.update(status="suspended")
    assert welcome.look(link.token, now) is None
    type(movers).objects.update(status="active")
    Operator.objects.filter(pk=otto.pk).update(is_active=False)
    assert welcome.look(link.token, now) is None


def test_a_link_keeps_the_second_factor_and_ends_the_sessions(otto, inside, movers, olga, now):
    recovery_codes.renew(otto)
    link = staff.renew_welcome(Acting(olga, movers.id), otto.pk, now)
    assert welcome.choose_password(link.token, PASSWORD + "!", now)
    assert RecoveryCode.objects.exists()
    assert OperatorSession.objects.get().ended_at == now


def test_the_link_of_the_command_line_lets_lost_factors_go_and_writes_it_down(olga, now):
    recovery_codes.renew(olga)
    assert welcome.choose_password(welcome.make(olga, now, resets_factors=True), PASSWORD + "!", now)
    assert not RecoveryCode.objects.exists()
    actions = set(InstallationEvent.objects.values_list("action", flat=True))
    assert actions == {"operator.password_changed", "second_factors.removed"}


def test_switching_off_ends_everything_at_once(otto, movers, olga, now):
    opened = sessions.begin(otto, BROWSER, now)
    link = staff.renew_welcome(Acting(olga, movers.id), otto.pk, now)
    staff.switch_off(Acting(olga, movers.id), otto.pk, now)
    assert sessions.resolve(opened.token, now) is None
    assert welcome.look(link.token, now) is None
    staff.switch_on(Acting(olga, movers.id), otto.pk, now)
    assert sessions.resolve(opened.token, now) is None


def test_every_act_says_who_did_it(otto, movers, olga, now):
    for act in ACTS.values():
        act(Acting(olga, movers.id), otto, now)
    with scope.inside(movers.id):
        written = Event.objects.filter(subject=f"operator:{otto.pk}")
        assert set(written.values_list("actor", flat=True)) == {f"operator:{olga.pk}"}
        assert written.count() == len(ACTS)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_shut_each_other_out_leave_one(movers, now):
    assert _duel(movers, now) == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_rule_of_the_last_owner_a_tenant_may_lose_all(movers, now, monkeypatch):
    monkeypatch.setattr(staff, "_is_last_owner", lambda operator: False)
    monkeypatch.setattr(staff, "_lock", lambda acting: acting.operator)
    assert _duel(movers, now) == 0


def _duel(movers, now) -> int:
    two = [member(movers, name, Role.OWNER) for name in ("ann", "bea")]

    def shut_out(pair) -> None:
        try:
            staff.switch_off(Acting(pair[0], movers.id), pair[1].pk, now)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        list(both.map(shut_out, [two, two[::-1]]))
    return Operator.objects.filter(role=Role.OWNER, is_active=True).count()
