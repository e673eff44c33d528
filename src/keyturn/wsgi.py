"""The entry for a WSGI server such as gunicorn, which then must stand behind a proxy that buffers requests.

`keyturn serve` uses `keyturn.rsgi`, which asks this one for answers.
"""

import os
from importlib import import_module

os.environ.setdefault("KEYTURN_PROCESS", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyturn.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from keyturn.lib import booting, logs, processes

if settings.KEYTURN_SERVED_BY:
    processes.end_with(settings.KEYTURN_SERVED_BY)
with booting.uncollected():
    application = get_wsgi_application()
    import_module(settings.ROOT_URLCONF)  # every page's code, or the first who comes would wait a second for it
logs.set_up()
