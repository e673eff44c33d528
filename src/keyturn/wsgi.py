"""The entry for a WSGI server such as gunicorn, which then must stand behind a proxy that buffers requests.

`keyturn serve` uses `keyturn.rsgi`, which asks this one for answers.
"""

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
