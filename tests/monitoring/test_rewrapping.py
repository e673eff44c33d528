"""Another key for mailbox passwords while everything runs: nothing is lost, and the old key goes only when it may."""

import os
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from keyturn.cli import keys as command
from keyturn.cli.refusal import CommandRefused
from keyturn.lib import keys, seal
from keyturn.monitoring import rewrapping, sealing
from keyturn.monitoring.models import Mailbox
from keyturn.monitoring.sealing import SealBroken
from keyturn.operators.models import InstallationEvent
from tests.monitoring import boxes
from tests.monitoring.boxes import SECRET
from tests.monitoring.mends import fresh

pytestmark = pytest.mark.mission("M1.1")


@pytest.fixture
def many(settings, tmp_path, mara, now):
    """An installation with keys of its own, and mailboxes."""
    settings.KEYTURN_DATA = str(tmp_path)
    keys.create()
    found = [boxes.mailbox(mara, now, name=f"Box {n}", sealed_with=keys.box_id("mailbox")) for n in range(5)]
    yield found
    keys.forget()


def do(verb: str) -> None:
    command.run(Namespace(verb=verb))


def an_hour_passes() -> None:
    path = keys.folder() / "web.json"
    moment = path.stat().st_mtime - timedelta(hours=1, minutes=1).total_seconds()
    os.utime(path, (moment, moment))


def test_after_a_rotation_every_secret_is_sealed_anew_and_then_the_old_key_can_go(many, capsys):
    first = keys.box_id("mailbox")
    do("rotate")
    an_hour_passes()
    with pytest.raises(CommandRefused, match="5 passwords still need an older key"):
        do("drop")
    assert [sealing.open(fresh(box)) for box in many] == [SECRET] * 5
    assert [rewrapping.step() for _ in range(2)] == [True, False]
    do("show")
    assert "Passwords that need one: 0." in capsys.readouterr().out
    do("drop")
    assert keys.older("mailbox") == 0
    assert [sealing.open(fresh(box)) for box in many] == [SECRET] * 5
    assert set(Mailbox.objects.values_list("sealed_with", flat=True)) == {keys.box_id("mailbox")} != {first}
    assert list(InstallationEvent.objects.order_by("at").values_list("action", flat=True)) == [
        "mailbox_key.rotated",
        "mailbox_keys.dropped",
    ]
    with pytest.raises(CommandRefused, match="no older key"):
        do("drop")


def test_within_the_hour_the_old_key_stays_for_what_is_under_way(many):
    do("rotate")
    rewrapping.step()
    with pytest.raises(CommandRefused, match="too fresh"):
        do("drop")


def test_without_the_duty_dropping_the_key_would_lose_every_secret(many):
    """Negative control: what the refusal of `drop` guards."""
    do("rotate")
    keys.drop("mailbox")
    with pytest.raises(SealBroken):
        sealing.open(fresh(many[0]))


def test_what_changes_meanwhile_is_left_as_it_is(many, monkeypatch):
    do("rotate")
    really = sealing.resealed

    def changed_meanwhile(mailbox):
        newer = fresh(mailbox)
        Mailbox.objects.filter(pk=mailbox.pk).update(**sealing.renewed(newer, "newer"))
        return really(mailbox)

    monkeypatch.setattr(sealing, "resealed", changed_meanwhile)
    rewrapping.step()
    assert [sealing.open(fresh(box)) for box in many] == ["newer"] * 5


def test_one_that_does_not_open_is_marked_and_stops_nobody(many):
    Mailbox.objects.filter(pk=many[0].pk).update(username="mallory")
    do("rotate")
    assert [rewrapping.step() for _ in range(2)] == [True, False]
    assert (rewrapping.waiting(), rewrapping.unopened()) == (0, 1)
    assert [sealing.open(fresh(box)) for box in many[1:]] == [SECRET] * 4


def test_a_key_that_came_meanwhile_is_not_named_as_the_one_that_sealed(many, monkeypatch):
    box, really = fresh(many[0]), seal.keys.web

    def rotated_after():
        found = really()
        monkeypatch.setattr(seal.keys, "web", really)
        keys.rotate("mailbox")
        return found

    before = keys.box_id("mailbox")
    monkeypatch.setattr(seal.keys, "web", rotated_after)
    assert sealing.renewed(box, "x")["sealed_with"] == before != keys.box_id("mailbox")


def test_two_who_rotate_at_once_lose_no_key(many):
    sealed = seal.seal("mailbox", b"moss", "x")
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: keys.rotate("mailbox"), range(8)))
    assert keys.older("mailbox") == 8
    assert len(set(made)) == 8
    assert seal.unseal("mailbox", sealed, "x") == b"moss"
    halves = {keys.name_of(bytes(keys.PrivateKey(half).public_key)) for half in keys.worker().boxes["mailbox"]}
    assert set(made) <= halves


def test_a_machine_that_dies_between_the_two_files_leaves_what_opens(many, monkeypatch):
    really = keys._replace

    def dies(name, content):
        if name == "web.json":
            raise KeyboardInterrupt
        really(name, content)

    monkeypatch.setattr(keys, "_replace", dies)
    with pytest.raises(KeyboardInterrupt):
        keys.rotate("mailbox")
    monkeypatch.undo()
    assert rewrapping.waiting() == 0
    an_hour_passes()
    do("drop")
    assert [sealing.open(fresh(box)) for box in many] == [SECRET] * 5
