"""Asking for a trial: what is sealed, what is kept, how many, and for how long."""

from datetime import timedelta

import pytest

from keyturn.lib import keys
from keyturn.outbox import profile_edits, profiles, trials
from keyturn.outbox.models import CellProvider, Trial
from keyturn.outbox.trials import TrialRefused
from keyturn.tenants import scope
from tests.outbox.trials.acts import PASSWORD, TO, finding, profile, raising, run


def test_what_is_tried_lies_sealed_and_is_gone_afterwards(asker, server):
    server.become("echo")
    asked = trials.ask_mail(profile(server.port, username="k", password=PASSWORD), TO, asker)
    assert PASSWORD.encode() not in bytes(Trial.objects.get().sealed)
    trial = run(asked)
    assert trial.sealed is None and trial.ended_at and PASSWORD not in str(trial.steps)


def test_asking_needs_no_key_that_opens(asker, monkeypatch):
    monkeypatch.setattr(keys, "worker", raising(AssertionError("the web process may not")))
    trials.ask_mail(profile(25, username="k", password=PASSWORD), TO, asker)


def test_a_kept_password_is_tried_where_it_was_kept_for_and_nowhere_else(asker, server, now):
    kept = profile_edits.add(profile(server.port, username="k", password=PASSWORD), now, actor="operator:otto")
    again = profile(server.port, username="k")
    assert finding(run(trials.ask_mail(again, TO, asker, kept=kept.pk))) == ("accepted", None)
    elsewhere = profile(server.port + 1, username="k")
    assert finding(run(trials.ask_mail(elsewhere, TO, asker, kept=kept.pk)))[1] == "no_password"
    other_name = profile(server.port, username="mallory")
    assert finding(run(trials.ask_mail(other_name, TO, asker, kept=kept.pk)))[1] == "no_password"


def test_the_owners_own_profile_may_lead_into_the_owners_network(asker, server, settings, now):
    settings.KEYTURN_EGRESS_ALLOW = []
    kept = profiles.save(profile(server.port), now)
    assert finding(run(trials.ask_mail(profile(server.port), TO, asker, kept=kept.pk))) == ("accepted", None)
    assert finding(run(trials.ask_mail(profile(server.port), TO, asker)))[1] == "nowhere"


@pytest.mark.parametrize(
    ("to", "reason"), [("", "empty"), ("nobody", "not_an_address"), ("a@b.example\r\nBcc: x@y.example", None)]
)
def test_where_to_is_checked_before_anything_is_written(asker, to, reason):
    with pytest.raises(TrialRefused) as refused:
        trials.ask_mail(profile(25), to, asker)
    assert refused.value.field == "to" and (reason is None or refused.value.reason == reason)
    assert not Trial.objects.exists()


def test_so_many_trials_and_no_more(asker, labs, now):
    for _ in range(trials.TRIALS.at_most):
        assert isinstance(trials.ask_mail(profile(25), TO, asker), Trial)
    assert trials.ask_mail(profile(25), TO, asker) > now
    with scope.inside(labs.id):
        assert isinstance(trials.ask_mail(profile(25), TO, asker), Trial)


def test_text_messages_of_trials_count_for_the_day(asker, in_movers):
    in_movers.sms_per_day = 1
    in_movers.save()
    carrier = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    trials.ask_provider(carrier, "+14155550101", "Hello", asker)
    with pytest.raises(TrialRefused, match="sms_cap"):
        trials.ask_provider(carrier, "+14155550101", "Hello", asker)


def test_a_trial_that_nobody_watches_any_more_is_not_run(asker, server):
    trial = trials.ask_mail(profile(server.port), TO, asker)
    Trial.objects.update(created_at=asker.now - timedelta(minutes=11))
    assert finding(run(trial))[1] == "broken_off" and server.connections() == 0


def test_trials_are_forgotten_after_a_day(asker):
    trials.ask_mail(profile(25), TO, asker)
    assert trials.purge(asker.now) == 0
    assert trials.purge(asker.now + timedelta(days=2)) == 1
