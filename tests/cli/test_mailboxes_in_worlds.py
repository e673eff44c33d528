"""Mailboxes in a world file: put on record sealed, found again by name, a mended password never set back."""

import pytest

from keyturn.cli.world.complaints import WorldRefused
from keyturn.monitoring import sealing
from keyturn.monitoring.models import Mailbox
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.cli.test_loading import load
from tests.cli.test_world_files import complaints_about
from tests.cli.worlds import MOVERS, movers_with

ANOTHER = "{name: Work mail, host: mail.example, username: mara}"
pytestmark = [pytest.mark.django_db, pytest.mark.mission("M1.1")]


@pytest.fixture
def loaded(now):
    load(MOVERS, now)
    with scope.inside(Tenant.objects.get(slug="movers").pk):
        yield


def test_a_mailbox_is_on_record_sealed_and_due(loaded, now):
    box = Mailbox.objects.get()
    assert (box.name, box.protocol, box.host, box.port, box.tls) == ("Work mail", "imap", "127.0.0.1", 1143, "none")
    assert (box.username, box.state, box.due_at) == ("mara", Mailbox.NEW, now)
    assert sealing.open(box) == "her mailbox" and b"her mailbox" not in bytes(box.sealed)


def test_loading_again_changes_nothing(loaded, now):
    before = Mailbox.objects.get()
    load(MOVERS, now)
    after = Mailbox.objects.get()
    assert (after.pk, after.version, after.secret_version) == (before.pk, before.version, before.secret_version)


def test_a_mended_password_is_not_set_back(loaded, now):
    box = Mailbox.objects.get()
    Mailbox.objects.filter(pk=box.pk).update(**sealing.renewed(box, "mended since"))
    load(MOVERS, now)
    assert sealing.open(Mailbox.objects.get()) == "mended since"


def test_another_place_takes_the_password_of_the_file(loaded, now):
    load(movers_with("port: 1143", "port: 2143").decode(), now)
    box = Mailbox.objects.get()
    assert box.port == 2143 and sealing.open(box) == "her mailbox" and box.state == Mailbox.NEW


def test_without_one_the_kept_password_is_wiped(loaded, now):
    world = MOVERS.replace("port: 1143", "port: 2143").replace(',\n                      password: "her mailbox"', "")
    assert "her mailbox" not in world
    load(world, now)
    assert (Mailbox.objects.get().sealed, Mailbox.objects.get().state) == (None, Mailbox.EMPTY)


def test_what_the_file_does_not_mention_stays(loaded, now):
    load(movers_with("name: Work mail", "name: Sales").decode(), now)
    assert set(Mailbox.objects.values_list("name", flat=True)) == {"Work mail", "Sales"}


def test_the_usual_port_and_the_user_name_stand_in(now):
    world = movers_with(
        "{name: Work mail, protocol: imap, host: 127.0.0.1, port: 1143, tls: none,", "{host: MAIL.example,"
    )
    load(world.decode(), now)
    with scope.inside(Tenant.objects.get(slug="movers").pk):
        box = Mailbox.objects.get()
    assert (box.name, box.host, box.port, box.tls) == ("mara", "mail.example", 993, "implicit")


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("port: 1143", 'port: "1143"', ".mailboxes[0].port", "must be a number"),
        ("tls: none, username", "tls: maybe, username", ".mailboxes[0].tls", "none, starttls, implicit"),
        ("username: mara,", "username: 7,", ".mailboxes[0].username", "put it in quotes"),
        ("username: mara,", "username: mara, method: magic,", ".mailboxes[0].method", "password, xoauth2"),
        ("username: mara,", "username: mara, surprise: 1,", ".mailboxes[0].surprise", "no such field"),
        (
            "mailboxes: [{name: Work mail",
            "mailboxes: [{name: Work mail, host: a, username: b}, {name: Work mail",
            ".mailboxes[1].name",
            "twice",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_line(old, new, path, message):
    found = complaints_about(movers_with(old, new))
    assert any(at.endswith(path) and message in said for _line, at, said in found), found


def test_a_host_that_is_none_is_refused_at_its_field_and_nothing_is_loaded(now):
    with pytest.raises(WorldRefused) as refused:
        load(movers_with("protocol: imap, host: 127.0.0.1", "protocol: imap, host: 'a b'").decode(), now)
    (one,) = refused.value.complaints
    assert one.path == "tenants[0].people[0].mailboxes[0].host" and "no host name" in one.message
    assert not Tenant.objects.exists() and "her mailbox" not in str(refused.value)
