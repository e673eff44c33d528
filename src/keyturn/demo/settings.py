"""The settings of what `keyturn demo` starts: the real ones, the demo's pages, and limits wide enough to play."""

from keyturn.demo import guard
from keyturn.settings import *  # noqa: F403 -- the demo is the real thing with one room more
from keyturn.settings import DATA, INSTALLED_APPS, MIDDLEWARE

guard.check(DATA)

INSTALLED_APPS = [*INSTALLED_APPS, "keyturn.demo"]
MIDDLEWARE = ["keyturn.demo.views.LoopbackOnly", *MIDDLEWARE]
ROOT_URLCONF = "keyturn.demo.urls"
KEYTURN_DEMO_LIMIT_FACTOR = 20  # for limits by person and destination, which nothing else can widen
