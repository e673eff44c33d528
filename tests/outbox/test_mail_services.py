"""Accounts with mail services on record: what is asked, what lies sealed, and where a key opens."""

import ipaddress

import pytest

from keyturn.audit.models import Event
from keyturn.lib import seal
from keyturn.lib.edits import Seen
from keyturn.outbox import profile_edits, profiles
from keyturn.outbox.mail_services import SERVICES, Account
from keyturn.outbox.models import Attempt, MailProfile, Message
from keyturn.outbox.profiles import NewProfile, ProfileRefused
from tests.outbox.acts import deliver_all, row
from tests.outbox.mailservice import KEY, MailService, installed

OTTO = "operator:otto"


def new(**changes):
    account = {"service": "mailgun", "region": "eu", "password": KEY, "from_address": "post@movers.example"}
    return NewProfile(**{"name": "Paid", **account, **changes})


@pytest.fixture
def here(settings):
    """The tests' services are on this machine, which is a private network like any other."""
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]


@pytest.mark.mission("M2.3")
@pytest.mark.parametrize("name", SERVICES)
def test_a_tenant_only_pastes_a_key(in_movers, now, name):
    user = {"username": "public-1"} if SERVICES[name].user else {}
    profile_edits.add(NewProfile(name="Paid", service=name, password=KEY, **user), now, actor=OTTO)
    (account,) = profiles.servers()
    assert isinstance(account, Account) and (account.service, account.password) == (name, KEY)
    assert SERVICES[name].regions[account.region].startswith(f"https://{account.host}/")


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"service": "sendgrid"}, "service", "not_a_choice"),
        ({"service": "smtp\x00"}, "service", "not_a_choice"),
        ({"region": "http://evil.example/"}, "region", "not_a_choice"),
        ({"password": ""}, "password", "empty"),
        ({"password": "   "}, "password", "empty"),
        ({"password": "clé"}, "password", "not_ascii"),
        ({"password": "a\r\nX-Evil: 1"}, "password", "not_ascii"),
        ({"password": "x" * 501}, "password", "too_long"),
        ({"service": "mailjet", "username": " "}, "username", "empty"),
        ({"domain": "../../v4/keys"}, "domain", "not_a_domain"),
        ({"domain": "evil.example/x"}, "domain", "not_a_domain"),
        ({"from_address": "nobody"}, "from_address", "not_an_address"),
        ({"name": ""}, "name", "empty"),
    ],
)
def test_what_cannot_be_one_is_refused_at_its_field(in_movers, now, changes, field, reason):
    with pytest.raises(ProfileRefused) as refused:
        profile_edits.add(new(**changes), now, actor=OTTO)
    assert (refused.value.field, refused.value.reason) == (field, reason) and not MailProfile.objects.exists()


def test_the_key_lies_sealed_and_stands_in_no_audit(in_movers, now):
    profile = profile_edits.add(new(), now, actor=OTTO)
    assert KEY.encode() not in bytes(profile.sealed_password) and KEY not in str(list(Event.objects.values()))
    assert Event.objects.get(action="mail_profile.saved").data["service"] == "mailgun"


@pytest.mark.parametrize("change", [{"region": "us"}, {"service": "postmark", "region": ""}])
def test_changed_to_another_destination_the_key_is_asked_for_again(in_movers, now, change):
    kept = profile_edits.add(new(), now, actor=OTTO)
    with pytest.raises(ProfileRefused, match="retype_password"):
        profile_edits.change(Seen(kept, 1), new(password="", **change), now, actor=OTTO)
    profile_edits.change(Seen(kept, 1), new(password="", name="Other", domain="mg.movers.example"), now, actor=OTTO)
    (kept,) = profiles.servers()
    assert (kept.name, kept.domain, kept.password) == ("Other", "mg.movers.example", KEY)


def test_a_row_pointed_elsewhere_by_hand_does_not_open(in_movers, now):
    profile_edits.add(new(), now, actor=OTTO)
    MailProfile.objects.update(options={"region": "us"})
    assert profiles.servers()[0].password == ""
    MailProfile.objects.update(options={"region": "eu"}, service="smtp", host="mail.evil.example")
    assert profiles.servers()[0].password == ""


def test_if_keys_were_not_bound_it_would(in_movers, now, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(profiles, "sealed_for", lambda _described: "anywhere")
    profile_edits.add(new(), now, actor=OTTO)
    MailProfile.objects.update(options={"region": "us"})
    assert profiles.servers()[0].password == KEY


def test_nor_with_another_tenant(in_movers, labs, now):
    account = profiles.checked(new())
    kept, here = profiles.sealed(account), profiles.sealed_for(account)
    assert seal.unseal("settings", kept, here) == KEY.encode()
    with pytest.raises(seal.SealBroken):
        seal.unseal("settings", kept, here.replace(str(in_movers.id), str(labs.id)))


def test_from_a_server_to_a_service_and_back(in_movers, now):
    kept = profile_edits.add(new(), now, actor=OTTO)
    server = NewProfile("Paid", "mail.movers.example", username="keyturn", password="correct-horse")
    profile_edits.change(Seen(kept, 1), server, now, actor=OTTO)
    assert profiles.servers()[0].password == "correct-horse"
    with pytest.raises(ProfileRefused, match="retype_password"):
        profile_edits.change(Seen(kept, 2), new(password=""), now, actor=OTTO)


@pytest.mark.mission("M2.3")
def test_when_a_service_refuses_us_the_next_profile_carries_it(posted, now, monkeypatch, here, server):
    profile_edits.add(new(), now, actor=OTTO)
    profile_edits.add(NewProfile("Own", "127.0.0.1", server.port, "none"), now, actor=OTTO)
    with MailService("mailgun", "wrong_key") as service:
        installed(monkeypatch, service)
        deliver_all()
    assert row(posted).state == Message.SENT and len(server.accepted()) == 1
    tries = {(one.profile, one.outcome) for one in Attempt.objects.all()}  # nobody is tried after an acceptance
    assert tries == {("Paid", "not_from_us"), ("Own", "accepted")}


def test_a_service_that_takes_it_has_it_once(posted, now, monkeypatch, here):
    profile_edits.add(new(), now, actor=OTTO)
    with MailService("mailgun") as service:
        installed(monkeypatch, service)
        deliver_all()
        assert service.header_ids == [posted.header_id]
    assert row(posted).state == Message.SENT and row(posted).sealed is None
