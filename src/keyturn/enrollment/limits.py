"""How often one may sign up, guess PINs, and have PINs mailed (docs/pins.md, Limits).

Signing up is limited by source and by tenant before anything is written; guessing by source and by tenant before
anything is compared, so that of any number of guesses no more are looked at, but for those that come with a proof of
work beyond the tenant's places. A right PIN takes no place.
"""

from datetime import timedelta

from keyturn.limits.counters import Limit

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

ASKING_BY_SOURCE = Limit("sign_up.source", 30, timedelta(minutes=10), scaled=True)
ASKING_BY_TENANT = Limit("sign_up.tenant", 600, timedelta(minutes=10), scaled=True, spread=8)
WRONG_BY_SOURCE = Limit("sign_up.wrong.source", 5, timedelta(minutes=10), scaled=True)
WRONG_BY_TENANT = Limit("sign_up.wrong.tenant", 100, _HOUR, scaled=True)
WRONG_WITH_PROOF = Limit("sign_up.wrong.proof", 3600, _HOUR, scaled=True)  # as many as signing up lets in
ALERTS_BY_TENANT = Limit("sign_up.alert", 1, _HOUR)

TO_DESTINATION_IN_AN_HOUR = Limit("sign_up.destination.hour", 3, _HOUR)
TO_DESTINATION_IN_A_DAY = Limit("sign_up.destination.day", 10, _DAY)
TAKEN_BY_PIN = Limit("sign_up.taken.pin", 30, _HOUR)  # a name that is taken costs no use, so it must cost something

MAILINGS_IN_AN_HOUR = Limit("pin_mailings.hour", 20, _HOUR)  # of one operator
MAILINGS_IN_A_DAY = Limit("pin_mailings.day", 60, _DAY)
