"""The entry for a WSGI server: `keyturn serve` uses it, and so may gunicorn."""

import os

os.environ.setdefault("KEYTURN_PROCESS", "web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyturn.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
