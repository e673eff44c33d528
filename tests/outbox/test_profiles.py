"""Mail profiles: what is refused and why, where passwords lie, whose servers are used."""

import pytest

from keyturn.outbox import profiles
from keyturn.outbox.models import MailProfile
from keyturn.outbox.profiles import NewProfile, ProfileRefused, checked, from_url, save
from keyturn.outbox.transports.server import Server
from keyturn.tenants import scope

PASSWORD = "correct-horse"


def new(**changes):
    return NewProfile(
        **{"name": "Own", "host": "mail.movers.example", "username": "keyturn", "password": PASSWORD, **changes}
    )


@pytest.mark.mission("M0.18")
def test_a_saved_profile_comes_back_whole(in_movers, now):
    save(new(from_address="dispatch@movers.example", from_name="Dispatch"), now)
    assert profiles.servers() == [
        Server(
            "Own", "mail.movers.example", 587, "starttls", "keyturn", PASSWORD, "dispatch@movers.example", "Dispatch"
        )
    ]


def test_its_password_lies_sealed_and_is_shown_nowhere(in_movers, now):
    profile = save(new(), now)
    assert PASSWORD.encode() not in bytes(MailProfile.objects.get().sealed_password)
    assert PASSWORD not in repr(new()) + repr(profiles.servers()) + repr(vars(profile))


@pytest.mark.parametrize("change", [{"host": "mail.evil.example"}, {"port": 25}, {"tls": "none"}, {"username": "x"}])
def test_a_password_does_not_open_for_another_place(in_movers, now, change):
    save(new(), now)
    MailProfile.objects.update(**change)
    assert profiles.servers()[0].password == ""


def test_nor_in_another_tenant(in_movers, labs, now):
    save(new(), now)
    sealed = MailProfile.objects.get().sealed_password
    with scope.inside(labs.id):
        MailProfile.objects.create(
            name="Own", host="mail.movers.example", port=587, username="keyturn", sealed_password=sealed
        )
        assert profiles.servers()[0].password == ""


def test_saving_again_changes_the_profile_of_that_name(in_movers, now):
    save(new(), now)
    save(new(port=2525), now)
    assert [server.port for server in profiles.servers()] == [2525]


@pytest.mark.mission("M0.18")
def test_profiles_come_in_their_order_and_before_the_installations(in_movers, now, settings):
    settings.KEYTURN_EMAIL_URL = "smtp://127.0.0.1:25?tls=none"
    assert [server.name for server in profiles.servers()] == ["installation"]
    save(new(name="B", position=2), now)
    save(new(name="A", position=1), now)
    assert [server.name for server in profiles.servers()] == ["A", "B"]


@pytest.mark.mission("M0.18")
def test_one_tenants_profiles_are_not_anothers(in_movers, labs, now):
    save(new(), now)
    with scope.inside(labs.id):
        assert profiles.servers() == []


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"name": ""}, "empty", "name"),
        ({"name": "x\n"}, "control_character", "name"),
        ({"name": "x" * 101}, "too_long", "name"),
        ({"host": ""}, "not_a_host", "host"),
        ({"host": "a b"}, "not_a_host", "host"),
        ({"host": "mail.example\r\n"}, "not_a_host", "host"),
        ({"port": 65536}, "not_a_port", "port"),
        ({"port": -1}, "not_a_port", "port"),
        ({"tls": "maybe"}, "not_a_mode", "tls"),
        ({"tls": "none"}, "needs_tls", "tls"),
        ({"password": "pässword"}, "not_ascii", "password"),
        ({"username": "x\r\nMAIL"}, "not_ascii", "username"),
        ({"from_address": "nobody"}, "not_an_address", "from_address"),
        ({"from_address": "a@b.example\nBcc: x"}, "control_character", "from_address"),
        ({"from_name": "x\u2028"}, "control_character", "from_name"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(change, reason, field):
    with pytest.raises(ProfileRefused) as refused:
        checked(new(**change))
    assert (refused.value.reason, refused.value.field) == (reason, field)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 587, "starttls", "", "")),
        ("smtp://mail.example?tls=implicit", ("mail.example", 465, "implicit", "", "")),
        ("smtp://127.0.0.1:1025?tls=none", ("127.0.0.1", 1025, "none", "", "")),
        (
            "smtp://me%40x.example:p%2Fw@mail.example:25",
            ("mail.example", 25, "starttls", "me@x.example", "p/w"),
        ),
        ("smtp://u:p@127.0.0.1:25?tls=none", ("127.0.0.1", 25, "none", "u", "p")),
        ("smtp://[::1]:25?tls=none", ("::1", 25, "none", "", "")),
    ],
)
def test_the_installations_server_is_one_url(url, server):
    read = from_url(url)
    assert (read.host, read.port, read.tls, read.username, read.password) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://h:x",
        "smtp://h?tls=yes",
        "smtp://h?ssl=1",
        "smtp://u:p@h?tls=none",
    ],
)
def test_other_urls_are_refused(url):
    with pytest.raises(ProfileRefused):
        from_url(url)
