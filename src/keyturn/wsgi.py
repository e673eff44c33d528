"""The entry for a WSGI server: `keyturn serve` uses it, and so may gunicorn."""

import os

os.environ.setdefault("KEYTURN_PROCESS", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyturn.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from keyturn.lib import logs, processes

if settings.KEYTURN_SERVED_BY:
    processes.end_with(settings.KEYTURN_SERVED_BY)
application = get_wsgi_application()
logs.set_up()
