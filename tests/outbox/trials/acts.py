"""Asking for a trial, running it as the worker does, and reading what it said."""

from keyturn.outbox import trying
from keyturn.outbox.models import Trial
from keyturn.outbox.profiles import NewProfile

PASSWORD = "correct-horse-7"
TO = "otto@movers.example"


def profile(port, **changes):
    return NewProfile(**{"name": "Own", "host": "127.0.0.1", "port": port, "tls": "none", **changes})


def run(trial):
    assert trying.step()
    return Trial.objects.get(pk=trial.pk)


def finding(trial):
    last = trial.steps[-1]
    return (last["stage"], last.get("finding"))


def reached(trial):
    return [one["stage"] for one in trial.steps if one["ok"]]


def raising(problem):
    def broken(*_args, **_kwargs):
        raise problem

    return broken
