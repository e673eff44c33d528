"""Handing on: sealed by the worker, to the tenant's own key, for one secret; the web process opens nothing."""

import base64
import json
import threading

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.lib import clock, keys, leases, seal
from keyturn.monitoring import handing, sealing
from keyturn.monitoring.handing import Withheld
from keyturn.monitoring.models import Handing, Mailbox
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.monitoring.boxes import SECRET, example

BOARD = "api_key:board"


@pytest.fixture
def private(in_movers) -> str:
    private, public = example().make_key()
    Tenant.objects.update(hand_on_key=public)
    return private


def asked(box):
    return handing.ask(Mailbox.objects.get(pk=box.pk), clock.now(), actor=BOARD)


def handed(box) -> Handing:
    asked(box)
    while handing.step():
        pass
    return asked(box)


def opened(row: Handing, private: str) -> dict:
    answer = {"id": str(row.mailbox_id), "sealed": base64.b64encode(bytes(row.sealed)).decode()}
    return example().open_secret(answer, private)


@pytest.mark.mission("M1.15")
def test_the_software_opens_what_the_worker_sealed(box, private):
    assert asked(box).sealed is None
    found = opened(handed(box), private)
    assert (found["secret"], found["mailbox"], found["host"]) == (SECRET, str(box.pk), "mail.movers.example")
    assert (found["username"], found["version"], found["port"], found["tls"]) == ("mara", 1, 993, "implicit")


def test_the_web_process_never_opens_a_secret(box, private, monkeypatch):
    def fail():
        raise AssertionError("the web process holds no private half")

    with monkeypatch.context() as web:
        web.setattr(keys, "worker", fail)
        row = asked(box)
    handing.step()
    with monkeypatch.context() as web:
        web.setattr(keys, "worker", fail)
        assert asked(box).sealed is not None
        with pytest.raises(AssertionError):  # the control: opening does ask for it
            sealing.open(box)
    assert row.sealed is None


def test_who_asked_stands_in_the_audit_and_no_secret_does(box, private):
    handed(box)
    event = Event.objects.get(action="mailbox.secret_handed")
    assert (event.actor, event.subject) == (BOARD, f"person:{box.person_id}")
    assert event.data["mailbox"] == str(box.pk)
    assert SECRET not in json.dumps(event.data)


def test_asking_again_seals_nothing_anew(box, private):
    first = handed(box)
    assert bytes(handed(box).sealed) == bytes(first.sealed)
    assert Event.objects.filter(action="mailbox.secret_handed").count() == 1


def test_a_newer_secret_overtakes_the_older(box, private):
    handed(box)
    box.secret_version = 2
    box.sealed = sealing.seal(box, "other lantern over a canal")
    box.save()
    assert asked(box).sealed is None
    assert opened(handed(box), private)["secret"] == "other lantern over a canal"


def test_another_key_overtakes_the_older(box, private):
    handed(box)
    other, public = example().make_key()
    Tenant.objects.update(hand_on_key=public)
    assert asked(box).sealed is None
    row = handed(box)
    assert opened(row, other)["secret"] == SECRET
    with pytest.raises(Exception, match="decrypt"):
        opened(row, private)


def test_a_worker_that_was_overtaken_writes_nothing(box, private, monkeypatch):
    asked(box)
    other = example().make_key()[1]

    def overtaken(row):
        Tenant.objects.update(hand_on_key=other)
        asked(row)
        return SECRET

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(sealing, "open", overtaken)
        handing.step()
    row = Handing.objects.get()
    assert row.sealed is None and row.key == other and row.due_at
    assert not Event.objects.filter(action="mailbox.secret_handed").exists()


def test_without_the_fence_it_would(box, private, monkeypatch):
    asked(box)
    other = example().make_key()[1]

    def overtaken(row):
        Tenant.objects.update(hand_on_key=other)
        asked(row)
        return SECRET

    monkeypatch.setattr(sealing, "open", overtaken)
    monkeypatch.setattr(
        leases, "settle", lambda model, claim, **changes: model.objects.filter(pk=claim.id).update(**changes)
    )
    handing.step()
    assert Handing.objects.get().sealed is not None


def test_without_a_key_or_a_secret_there_is_nothing_to_hand_on(box, private):
    Mailbox.objects.update(sealed=None, state=Mailbox.EMPTY)
    assert asked(box) is Withheld.NO_SECRET
    Tenant.objects.update(hand_on_key="")
    assert asked(box) is Withheld.NO_KEY
    assert not Handing.objects.exists()


def test_a_secret_that_does_not_open_is_none(box, private):
    Mailbox.objects.update(host="mallory.example")
    asked(box)
    handing.step()
    assert asked(box) is Withheld.NO_SECRET


def test_nothing_is_sealed_for_a_suspended_tenant(box, private):
    asked(box)
    Tenant.objects.update(status=Tenant.SUSPENDED)
    handing.step()
    assert Handing.objects.get().sealed is None
    Tenant.objects.update(status=Tenant.ACTIVE)
    assert opened(handed(box), private)["secret"] == SECRET


def test_sealed_copies_go_after_an_hour(box, private):
    handed(box)
    handing.purge(clock.now())
    assert Handing.objects.exists()
    handing.purge(clock.now() + handing.KEPT)
    assert not Handing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_have_it_sealed_once(box, private):
    tenant_id, together = box.tenant_id, threading.Barrier(4)

    def run():
        together.wait()
        with scope.inside(tenant_id):
            asked(box)
            handing.step()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    while handing.step():
        pass
    assert Handing.objects.get().sealed is not None
    assert Event.objects.filter(action="mailbox.secret_handed").count() == 1


@pytest.mark.parametrize("written", ["", "x", "A" * 44, "AAAA", "A" * 43 + "=", "\u00e9" * 44])
def test_what_is_no_public_key_is_not_taken(written):
    with pytest.raises(ValueError):
        seal.public_key(written)
