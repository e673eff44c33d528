"""Welcome links of operators by mail: to their own mailbox alone, or on the page where no mail goes."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.operators import staff, welcome
from keyturn.operators.models import Operator, WelcomeLink
from keyturn.operators.roles import Role
from keyturn.operators.staff import Acting, Invited, NewOperator, Refusal
from keyturn.operators.tenancies import NewTenant
from keyturn.outbox import locations, posting, profile_edits, welcoming
from keyturn.outbox.models import Message
from keyturn.outbox.profiles import NewProfile
from keyturn.outbox.welcoming import Mailed
from keyturn.tenants import scope
from tests.outbox.acts import deliver_all, row
from tests.outbox.conftest import mails_text

OTTO = "operator:otto"


@pytest.fixture
def boss(movers):
    return Operator.objects.create(tenant=movers, username="boss", role=Role.OWNER)


@pytest.fixture
def acting(boss, in_movers):
    return Acting(boss, in_movers.id)


def new(**changes):
    return NewOperator(**{"username": "mia", "email": "mia@movers.example", "role": Role.HELPDESK, **changes})


def link_in(mail) -> str:
    return re.search(r"https?://\S+/console/welcome/(\S+)", mails_text(mail))[1]


def test_the_link_goes_to_the_operators_own_mailbox_and_opens(acting, server):
    outcome = welcoming.invite(acting, new(), clock.now())
    assert outcome == Mailed(Operator.objects.get(username="mia")) and not hasattr(outcome, "token")
    message = Message.objects.get()
    assert (message.purpose, message.elsewhere, message.person, message.address) == (
        "operator_welcome", "mia@movers.example", None, None
    )  # fmt: skip
    deliver_all()
    (mail,) = server.accepted()
    assert mail["recipients"] == ["mia@movers.example"] and "mia" in mails_text(mail)
    assert welcome.look(link_in(mail), clock.now()) == outcome.operator
    assert row(message).state == Message.SENT and row(message).sealed is None


def test_where_the_console_looks_for_it():
    assert reverse("console_welcome", args=["x"]) == f"{welcoming.PATH}x"


def test_the_link_stands_in_no_column_and_no_audit(acting, server):
    token = []
    welcoming.invite(acting, new(), clock.now())
    deliver_all()
    (mail,) = server.accepted()
    token = link_in(mail)
    kept = f"{list(Message.objects.values())} {list(Event.objects.values())} {list(WelcomeLink.objects.values())}"
    assert token not in kept
    mailed = Event.objects.get(action="operator.welcome_mailed")
    assert mailed.data["message"] == str(Message.objects.get().pk)


@pytest.mark.parametrize("email", ["", "nobody", "a@b..example"])
def test_without_a_mailbox_the_link_is_handed_back(acting, server, email):
    outcome = welcoming.invite(acting, new(email=email), clock.now())
    assert isinstance(outcome, Invited) and welcome.look(outcome.token, clock.now())
    assert not Message.objects.exists()


def test_without_a_mail_server_too(acting, settings):
    settings.KEYTURN_EMAIL_URL = ""
    assert isinstance(welcoming.invite(acting, new(), clock.now()), Invited)
    profile_edits.add(NewProfile("Own", "mail.movers.example"), clock.now(), actor=OTTO)
    assert isinstance(welcoming.invite(acting, new(username="ned"), clock.now()), Mailed)


def test_a_server_that_an_administrator_may_name_gets_no_link_of_an_owner(acting, server):
    """Whoever reads it first chooses the password, and an administrator would be an owner."""
    profile_edits.add(NewProfile("Mallory's", "mail.evil.example"), clock.now(), actor="operator:mallory")
    outcome = welcoming.invite(acting, new(role=Role.OWNER), clock.now())
    assert isinstance(outcome, Invited) and not Message.objects.exists()
    assert isinstance(welcoming.renew(acting, outcome.operator.pk, clock.now()), Invited)
    assert isinstance(welcoming.invite(acting, new(username="ned", role=Role.ADMINISTRATOR), clock.now()), Mailed)


def test_the_installations_server_gets_it(acting, server):
    assert isinstance(welcoming.invite(acting, new(role=Role.OWNER), clock.now()), Mailed)


def test_without_that_rule_it_would_be_mailed_there(acting, server, monkeypatch):
    profile_edits.add(NewProfile("Mallory's", "mail.evil.example"), clock.now(), actor="operator:mallory")
    monkeypatch.setattr(welcoming, "_can_be_mailed", lambda _operator, _location_id: True)
    assert isinstance(welcoming.invite(acting, new(role=Role.OWNER), clock.now()), Mailed)


def test_an_owner_of_the_installation_has_no_organization_to_be_mailed_from(server, movers):
    root = Operator.objects.create(tenant=None, username="root")
    assert isinstance(welcoming.invite(Acting(root, None), new(), clock.now()), Invited)
    with scope.inside(movers.id):
        assert not Message.objects.exists()


def test_whoever_may_not_invite_mails_nothing(movers, in_movers, server):
    dora = Operator.objects.create(tenant=movers, username="dora", role=Role.HELPDESK)
    assert welcoming.invite(Acting(dora, movers.id), new(), clock.now()) is Refusal.ROLE_TOO_HIGH
    assert not Message.objects.exists()


def test_a_new_link_calls_the_earlier_one_back(acting, server):
    now = clock.now()
    mia = welcoming.invite(acting, new(), now).operator
    ned = welcoming.invite(acting, new(username="ned", email="ned@movers.example"), now).operator
    assert isinstance(welcoming.renew(acting, mia.pk, clock.now()), Mailed)
    assert Message.objects.filter(state=Message.CANCELLED, elsewhere=mia.email).count() == 1
    assert Message.objects.filter(state=Message.QUEUED).count() == 2
    deliver_all()
    to_mia = [mail for mail in server.accepted() if mail["recipients"] == [mia.email]]
    assert len(to_mia) == 1 and welcome.look(link_in(to_mia[0]), clock.now()) == mia
    assert [mail["recipients"] for mail in server.accepted()].count([ned.email]) == 1


def test_it_goes_by_the_servers_of_the_inviters_location(acting, boss, server, in_movers, settings):
    depot = locations.add("Depot", clock.now(), actor=OTTO)
    boss.default_location = depot
    boss.save()
    welcoming.invite(acting, new(), clock.now())
    assert Message.objects.get().location == depot


def test_a_visitors_location_is_not_this_organizations(boss, labs, in_movers, server):
    elsewhere = locations.add("Depot", clock.now(), actor=OTTO)
    root = Operator.objects.create(tenant=None, username="root", default_location=elsewhere)
    with scope.inside(labs.id):
        welcoming.invite(Acting(root, labs.id), new(email="mia@labs.example"), clock.now())
        assert Message.objects.get().location is None


def test_a_new_organizations_first_owner_gets_the_link_of_the_new_organization(movers, server):
    root = Operator.objects.create(tenant=None, username="root")
    wished = NewTenant("depot", "Depot", "https://depot.example", "es", "ana", "ana@depot.example")
    outcome = welcoming.create(wished, root, clock.now())
    assert isinstance(outcome, Mailed)
    deliver_all()
    (mail,) = server.accepted()
    assert "https://depot.example/console/welcome/" in mails_text(mail) and "contraseña" in mails_text(mail)


def test_operator_and_message_stand_together_or_not_at_all(acting, server, monkeypatch):
    def broken(*_given, **_more):
        raise IntegrityError

    monkeypatch.setattr(posting, "post_elsewhere", broken)
    with pytest.raises(IntegrityError):
        welcoming.invite(acting, new(), clock.now())
    assert not Operator.objects.filter(username="mia").exists() and not WelcomeLink.objects.exists()


def test_it_is_not_delivered_after_the_link_ended(acting, server, now):
    welcoming.invite(acting, new(), now)
    assert Message.objects.get().deadline == now + welcome.LIFETIME
    Message.objects.update(deadline=clock.now() - timedelta(seconds=1))
    deliver_all()
    assert Message.objects.get().state == Message.EXPIRED and not server.accepted()


def test_an_operator_who_was_switched_off_gets_a_link_that_opens_nothing(acting, server):
    mia = welcoming.invite(acting, new(), clock.now()).operator
    staff.switch_off(acting, mia.pk, clock.now())
    deliver_all()
    assert welcome.look(link_in(server.accepted()[0]), clock.now()) is None
