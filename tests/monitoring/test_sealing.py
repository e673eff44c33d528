"""A mailbox's secret opens for its own row, place, user name and version, and nowhere else."""

import pytest

from keyturn.lib import hashing, keys, seal
from keyturn.monitoring import sealing
from keyturn.monitoring.models import Mailbox
from keyturn.monitoring.sealing import SealBroken
from tests.monitoring import boxes

SECRET = boxes.SECRET
ELSEWHERE = {
    "protocol": "pop3",
    "host": "mail.mallory.example",
    "port": 143,
    "tls": "none",
    "username": "mallory",
    "method": "xoauth2",
    "sending_host": "smtp.mallory.example",
    "sending_port": 25,
    "sending_tls": "none",
    "secret_version": 7,
}


@pytest.mark.mission("M1.1")
def test_the_worker_opens_what_was_sealed(box):
    assert sealing.open(Mailbox.objects.get()) == SECRET


def test_nothing_of_the_secret_can_be_read_in_the_row(box):
    assert SECRET.encode() not in bytes(Mailbox.objects.get().sealed)


@pytest.mark.parametrize("column", ELSEWHERE)
def test_a_row_that_was_pointed_elsewhere_does_not_open(box, column):
    Mailbox.objects.update(**{column: ELSEWHERE[column]})
    with pytest.raises(SealBroken):
        sealing.open(Mailbox.objects.get())


def test_what_was_copied_into_another_row_does_not_open(mara, box, now):
    other = boxes.mailbox(mara, now, name="Other mail")
    other.sealed = box.sealed
    with pytest.raises(SealBroken):
        sealing.open(other)


def test_without_the_binding_a_copied_seal_would_open(mara, box, now, monkeypatch):
    """Negative control: what a seal is bound to is what holds."""
    monkeypatch.setattr(sealing, "sealed_for", lambda mailbox: "anywhere")
    box.sealed = sealing.seal(box, SECRET)
    other = boxes.mailbox(mara, now, name="Other mail")
    other.sealed = box.sealed
    assert sealing.open(other) == SECRET


def test_a_user_name_cannot_pretend_to_be_a_place(box):
    """Fields are not run together: no two places are written alike."""
    told = sealing.sealed_for(box)
    box.host, box.username = f'{box.host}", {box.port}, "x', "y"
    assert sealing.sealed_for(box) != told


def test_an_empty_mailbox_opens_for_nobody(box):
    sealing.wiped(box)
    with pytest.raises(SealBroken):
        sealing.open(box)
    assert not sealing.fits(box, SECRET)


def test_an_old_secret_is_compared_without_being_opened(box, monkeypatch):
    monkeypatch.setattr(keys, "worker", lambda: pytest.fail("the web process opened a secret"))
    sealing.renewed(box, "a new one")
    assert sealing.fits(box, "a new one")
    assert not sealing.fits(box, SECRET)
    assert hashing.verify("a new one", box.verifier)


def test_a_new_secret_ends_the_seal_before_it(box):
    old, box.sealed_with = box.sealed, "x"
    sealing.renewed(box, "a new one")
    box.sealed, now_sealed = old, box.sealed
    with pytest.raises(SealBroken):
        sealing.open(box)
    box.sealed = now_sealed
    assert sealing.open(box) == "a new one"


@pytest.fixture
def own_keys(settings, tmp_path):
    """An installation of its own."""
    settings.KEYTURN_DATA = str(tmp_path)
    keys.create()


def test_after_a_rotation_the_new_key_seals_and_the_old_one_goes_on_opening(own_keys):
    before, sealed = keys.box_id("mailbox"), seal.seal("mailbox", b"moss", "x")
    after = keys.rotate("mailbox")
    assert before != after == keys.box_id("mailbox")
    assert seal.unseal("mailbox", sealed, "x") == b"moss"
    assert seal.unseal("mailbox", seal.seal("mailbox", b"fern", "x"), "x") == b"fern"
    assert len(keys.worker().boxes["mailbox"]) == 2


def test_a_rotation_leaves_other_boxes_alone_and_files_closed_to_others(own_keys):
    outbox = keys.box_id("outbox")
    keys.rotate("mailbox")
    assert keys.box_id("outbox") == outbox
    assert {path.name: path.stat().st_mode & 0o777 for path in keys.folder().iterdir()} == {
        "web.json": 0o600,
        "worker.json": 0o600,
    }


def test_what_opens_is_on_disk_before_what_seals(own_keys, monkeypatch):
    """A machine that dies in between leaves nothing sealed that nobody opens."""
    order, really = [], keys._replace
    monkeypatch.setattr(keys, "_replace", lambda name, content: (order.append(name), really(name, content)))
    keys.rotate("mailbox")
    assert order == ["worker.json", "web.json"]
