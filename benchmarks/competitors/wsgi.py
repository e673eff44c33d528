"""The entry of both competitors."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.competitors.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
