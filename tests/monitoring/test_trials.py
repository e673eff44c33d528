"""Test settings of a mailbox: signed in as the form says, saved or not, each step shown; and no guessing by it."""

import socket
from datetime import datetime

import pytest

from keyturn.lib import clock
from keyturn.monitoring import proving, trials
from keyturn.monitoring.core.verdict import Code
from keyturn.monitoring.describing import MailboxRefused, New
from keyturn.monitoring.mailbox import names
from keyturn.monitoring.mailbox.wire import Patience
from keyturn.monitoring.models import Mailbox
from keyturn.outbox import trying
from keyturn.outbox.models import Trial
from keyturn.outbox.trials import Asker
from tests.monitoring import boxes


def asked(person, kept=None, **typed):
    place = {"host": "mail.movers.example", "username": "mara"}
    return trials.ask(New(person.pk, "Work mail", **place | typed), Asker("operator:otto", clock.now()), kept=kept)


def tried(*given, **typed) -> Trial:
    trial = asked(*given, **typed)
    assert not trying.step()  # it is none of the outbox's
    assert trials.step() and not trials.step()
    trial.refresh_from_db()
    return trial


def steps(trial: Trial) -> list:
    return [one["stage"] if one["ok"] else (one["stage"], one["finding"]) for one in trial.steps]


def test_every_stage_is_shown_and_nothing_is_saved(mara, mail_server):
    trial = tried(
        mara, secret="fern ladder", sending_host="out.movers.example", sending_port=465, sending_tls="implicit"
    )
    assert steps(trial) == trial.stages == ["resolved", "connected", "secured", "greeted", "signed_in", "sending"]
    assert mail_server.shown == ["fern ladder"] * 2 and not Mailbox.objects.exists()
    assert trial.ended_at and trial.sealed is None


def test_a_refusal_ends_it_with_its_reason(mara, mail_server):
    mail_server.code = Code.AUTHENTICATION_FAILED
    assert steps(tried(mara, secret="x"))[-1] == ("signed_in", "authentication_failed")


def test_the_password_that_is_kept_counts_at_its_own_place_alone(mara, box, mail_server):
    assert steps(tried(mara, box, username=box.username))[-1] == "signed_in"
    assert mail_server.shown == [boxes.SECRET]
    for typed in ({"host": "evil.example"}, {"username": "mallory"}, {"tls": "starttls"}):
        with pytest.raises(MailboxRefused, match="secret: empty"):
            asked(mara, box, **typed)
    with pytest.raises(MailboxRefused, match="secret: empty"):
        asked(mara)


def test_a_place_that_was_changed_meanwhile_hears_no_password(mara, box, mail_server):
    trial = asked(mara, box)
    Mailbox.objects.update(host="evil.example")
    assert trials.step()
    trial.refresh_from_db()
    assert steps(trial) == [("resolved", "no_password")] and mail_server.shown == []


@pytest.mark.parametrize("answer", [["10.0.0.1"], ["9.9.9.9", "::1"], socket.EAI_NONAME, socket.EAI_AGAIN], ids=str)
def test_nobody_asks_by_it_what_the_network_knows(mara, monkeypatch, answer):
    """C78: a closed place, a name that is none, and one that nobody answers for."""

    def getaddrinfo(host, port, **_how):
        if isinstance(answer, int):
            raise socket.gaierror(answer, "what the resolver says")
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in answer]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(proving, "PATIENCE", Patience(look_up=0.01))
    names.forget()
    trial = tried(mara, secret="fern ladder")
    assert [(one["stage"], one["ok"], one["finding"], one["words"]) for one in trial.steps] == [
        ("resolved", False, "nowhere", "")
    ]


def test_nobody_guesses_passwords_by_it(mara, mail_server):
    answers = [asked(mara, secret=f"guess {number}", host="MAIL.movers.example") for number in range(11)]
    assert [type(one) for one in answers] == [Trial] * 10 + [datetime]
