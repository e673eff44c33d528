"""What operators do with servers, providers and the gateway: refused at its field, never silently overwritten."""

from datetime import date

import pytest

from keyturn.audit.models import Event
from keyturn.lib.edits import EditLost, Seen
from keyturn.outbox import channels, gateways, profile_edits, profiles, providers
from keyturn.outbox.gateways import GatewayRefused, NewGateway
from keyturn.outbox.models import CellProvider, MailProfile, SmsGateway
from keyturn.outbox.profiles import NewProfile, ProfileRefused
from keyturn.outbox.providers import NewProvider, ProviderRefused
from keyturn.tenants import scope

OTTO = "operator:otto"
PASSWORD = "correct-horse"


def new(**changes):
    return NewProfile(
        **{"name": "Own", "host": "mail.movers.example", "username": "keyturn", "password": PASSWORD, **changes}
    )


@pytest.mark.mission("M0.18")
def test_profiles_are_added_at_the_end_and_moved_up(in_movers, now):
    first, second = (profile_edits.add(new(name=name), now, actor=OTTO) for name in "AB")
    profile_edits.move_up(second.pk, now, actor=OTTO)
    assert [server.name for server in profiles.servers()] == ["B", "A"]
    profile_edits.move_up(second.pk, now, actor=OTTO)
    assert [server.name for server in profiles.servers()] == ["B", "A"]
    assert first.pk != second.pk


def test_an_operators_profile_is_guarded_and_the_owners_is_not(in_movers, now):
    profile_edits.add(new(name="A"), now, actor=OTTO)
    profiles.save(new(name="B"), now)
    assert [(one.name, one.guarded) for one in profiles.servers()] == [("A", True), ("B", False)]


def test_pointed_elsewhere_the_owners_profile_is_the_operators(in_movers, now):
    row = profiles.save(new(), now)
    profile_edits.change(Seen(row, 1), new(from_name="Dispatch"), now, actor=OTTO)
    assert not profiles.servers()[0].guarded
    profile_edits.change(Seen(row, 2), new(host="mail.evil.example"), now, actor=OTTO)
    assert profiles.servers()[0].guarded


def test_an_empty_password_keeps_the_kept_one_in_its_place(in_movers, now):
    row = profile_edits.add(new(), now, actor=OTTO)
    profile_edits.change(Seen(row, 1), new(name="Other", password=""), now, actor=OTTO)
    assert [(one.name, one.password) for one in profiles.servers()] == [("Other", PASSWORD)]


@pytest.mark.parametrize("change", [{"host": "mail.evil.example"}, {"port": 2525}, {"username": "mallory"}])
def test_and_is_asked_for_again_for_another_place(in_movers, now, change):
    row = profile_edits.add(new(), now, actor=OTTO)
    with pytest.raises(ProfileRefused) as refused:
        profile_edits.change(Seen(row, 1), new(password="", **change), now, actor=OTTO)
    assert (refused.value.reason, refused.value.field) == ("retype_password", "password")


def test_the_second_of_two_who_save_is_told(in_movers, now):
    row = profile_edits.add(new(), now, actor=OTTO)
    profile_edits.change(Seen(MailProfile.objects.get(), 1), new(port=465), now, actor=OTTO)
    with pytest.raises(EditLost):
        profile_edits.change(Seen(row, 1), new(port=25), now, actor=OTTO)
    with pytest.raises(EditLost):
        profile_edits.remove(Seen(row, 1), now, actor=OTTO)
    assert MailProfile.objects.get().port == 465


def test_without_the_number_in_the_update_the_second_would_overwrite(in_movers, now):
    """The negative control: an edit that looks at the row as it is now, and not as it was seen."""
    profile_edits.add(new(), now, actor=OTTO)
    profile_edits.change(Seen(MailProfile.objects.get(), 1), new(port=465), now, actor=OTTO)
    profile_edits.change(Seen(MailProfile.objects.get(), 2), new(port=25), now, actor=OTTO)
    assert MailProfile.objects.get().port == 25


def test_a_name_that_is_taken_is_refused(in_movers, now):
    profile_edits.add(new(name="A"), now, actor=OTTO)
    other = profile_edits.add(new(name="B"), now, actor=OTTO)
    for attempt in (
        lambda: profile_edits.add(new(name="A"), now, actor=OTTO),
        lambda: profile_edits.change(Seen(other, 1), new(name="A"), now, actor=OTTO),
    ):
        with pytest.raises(ProfileRefused) as refused:
            attempt()
        assert (refused.value.reason, refused.value.field) == ("taken", "name")


def test_ten_servers_and_no_more(in_movers, now):
    for number in range(profile_edits.MOST):
        profile_edits.add(new(name=str(number)), now, actor=OTTO)
    with pytest.raises(ProfileRefused, match="too_many"):
        profile_edits.add(new(name="one more"), now, actor=OTTO)


def test_the_audit_says_what_changed_and_no_secret(in_movers, now):
    row = profile_edits.add(new(), now, actor=OTTO)
    profile_edits.change(Seen(row, 1), new(port=465, password="another-horse"), now, actor=OTTO)
    profile_edits.remove(Seen(row, 2), now, actor=OTTO)
    saved, changed, removed = _events()
    assert changed.data["changed"] == {"port": [587, 465], "sealed_password": "replaced"}
    assert (saved.action, removed.action, removed.actor) == ("mail_profile.saved", "mail_profile.removed", OTTO)
    assert "horse" not in str([event.data for event in _events()])


@pytest.mark.mission("M0.16")
def test_a_provider_is_kept_changed_and_taken_away(in_movers, now):
    row = providers.add(NewProvider("Example Wireless", "SMS.Example.NET"), now, actor=OTTO)
    assert row.sms_domain == "sms.example.net"
    wanted = NewProvider("Example Wireless", "sms.example.net", "+{cc}.{national}", date(2026, 12, 31))
    providers.change(Seen(row, 1), wanted, now, actor=OTTO)
    kept = CellProvider.objects.get()
    assert (kept.number_format, kept.ends_on, kept.version) == ("+{cc}.{national}", date(2026, 12, 31), 2)
    with pytest.raises(EditLost):
        providers.remove(Seen(kept, 1), now, actor=OTTO)
    providers.remove(Seen(kept, 2), now, actor=OTTO)
    assert not CellProvider.objects.exists()


@pytest.mark.mission("M0.16")
@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"name": ""}, "empty", "name"),
        ({"name": "x\u202e"}, "control_character", "name"),
        ({"sms_domain": "no domain"}, "not_a_domain", "sms_domain"),
        ({"sms_domain": "localhost"}, "not_a_domain", "sms_domain"),
        ({"sms_domain": "a@b.example"}, "not_a_domain", "sms_domain"),
        ({"number_format": "{cc}"}, "not_a_format", "number_format"),
        ({"number_format": "{national}@evil.example"}, "not_a_format", "number_format"),
    ],
)
def test_a_provider_that_could_not_work_is_refused(in_movers, now, change, reason, field):
    described = {"name": "Example Wireless", "sms_domain": "sms.example.net", **change}
    with pytest.raises(ProviderRefused) as refused:
        providers.add(NewProvider(**described), now, actor=OTTO)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_a_gateway_is_kept_with_its_key_sealed(in_movers, now):
    row = gateways.save(_gateway(), 0, now, actor=OTTO)
    assert b"key-1" not in bytes(row.sealed_secret) and gateways.opened(row).secret == "key-1"
    gateways.save(_gateway(name="Other", secret=""), 1, now, actor=OTTO)
    assert gateways.opened(gateways.current()).secret == "key-1"


def test_its_key_opens_for_its_own_address_alone(in_movers, labs, now):
    row = gateways.save(_gateway(), 0, now, actor=OTTO)
    with pytest.raises(GatewayRefused, match="retype_secret"):
        gateways.save(_gateway(url="https://evil.example/", secret=""), 1, now, actor=OTTO)
    SmsGateway.objects.update(url="https://evil.example/")
    assert gateways.opened(gateways.current()).secret == ""
    with scope.inside(labs.id):
        assert gateways.with_secret(gateways.described(row), bytes(row.sealed_secret)).secret == ""


def test_two_who_make_the_first_gateway(in_movers, now):
    gateways.save(_gateway(), 0, now, actor=OTTO)
    with pytest.raises(EditLost):
        gateways.save(_gateway(name="Mine"), 0, now, actor=OTTO)
    with pytest.raises(EditLost):
        gateways.remove(7, now, actor=OTTO)
    gateways.remove(1, now, actor=OTTO)
    with pytest.raises(EditLost):
        gateways.save(_gateway(), 1, now, actor=OTTO)


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"url": ""}, "empty", "url"),
        ({"url": "sms.example"}, "not_a_url", "url"),
        ({"url": "ftp://sms.example/"}, "not_a_url", "url"),
        ({"url": "https://me:key@sms.example/"}, "not_a_url", "url"),
        ({"url": "https://sms.example/a b"}, "not_a_url", "url"),
        ({"url": "https://sms.example:99999/"}, "not_a_url", "url"),
        ({"url": "https://sms.example/\r\nHost: x"}, "control_character", "url"),
        ({"url": "http://sms.example/"}, "needs_tls", "url"),
        ({"number_field": ""}, "empty", "number_field"),
        ({"text_field": "a b"}, "not_a_field", "text_field"),
        ({"text_field": "to"}, "the_same_field", "number_field"),
        ({"sender_field": "from"}, "empty", "sender"),
        ({"auth": "header", "auth_name": "Host"}, "not_a_header", "auth_name"),
        ({"auth": "header", "auth_name": "X: y"}, "not_a_header", "auth_name"),
        ({"auth": "maybe"}, "not_a_choice", "auth"),
        ({"body": "xml"}, "not_a_choice", "body"),
        ({"secret": "ké"}, "not_ascii", "secret"),
        ({"secret": "k\r\nX: y"}, "not_ascii", "secret"),
    ],
)
def test_a_gateway_that_could_not_be_used_is_refused(in_movers, now, change, reason, field):
    with pytest.raises(GatewayRefused) as refused:
        gateways.save(_gateway(**change), 0, now, actor=OTTO)
    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.mission("M0.3")
def test_while_it_is_enabled_everybody_has_a_way_for_texts(mara, now):
    mara.cell_provider = None
    assert channels.sms_gateway_of(mara, now.date()) is None
    row = gateways.save(_gateway(), 0, now, actor=OTTO)
    assert channels.sms_gateway_of(mara, now.date()) == row
    gateways.save(_gateway(is_enabled=False), 1, now, actor=OTTO)
    assert channels.sms_gateway_of(mara, now.date()) is None


def _gateway(**changes):
    return NewGateway(
        **{"name": "Texts", "url": "https://sms.example/v1", "auth": "bearer", "secret": "key-1", **changes}
    )


def _events():
    order = ["mail_profile.saved", "mail_profile.removed"]
    found = [event for event in Event.objects.all() if event.action in order]
    return sorted(found, key=lambda event: (order.index(event.action), "changed" in event.data))
