"""How often one may try to mend a mailbox, and how often we sign in there for it (docs/security.md, Limits).

The outgoing limit stands between a page of ours and somebody else's server: nobody guesses passwords there through
us, and no provider locks a mailbox because its owner mistyped.
"""

from datetime import timedelta

from keyturn.limits.counters import Limit

_HOUR = timedelta(hours=1)

SIGN_INS_BY_MAILBOX = Limit("mending.sign_in", 3, _HOUR)  # outgoing, with a new password
OWN_TRIES_BY_MAILBOX = Limit("mending.own", 5, _HOUR)  # of its owner, signed in; a link counts its own tries
TRIALS_BY_LOGIN = Limit(
    "mailbox.trials", 10, _HOUR
)  # outgoing, by an operator who tries a form: no guessing here, too
MADE_UP_LINKS_BY_SOURCE = Limit("mending.made_up_link", 60, timedelta(minutes=10), scaled=True)
