"""Django's settings, all of them read from the environment (docs/settings.md lists every name).

A process says what it is in KEYTURN_PROCESS: `web`, `worker` or `owner` (migrations). The command line and the
WSGI entry do so; on PostgreSQL the first two lower themselves to a role that cannot pass the tenants' walls.
"""

import hashlib
import os
from pathlib import Path
from urllib.parse import urlsplit

from keyturn.lib import database_url, environment

DATA = Path(environment.text("KEYTURN_DATA", "./keyturn-data")).resolve()
KEYTURN_DATA = str(DATA)
KEYTURN_PROCESS = os.environ.get("KEYTURN_PROCESS", "owner")
KEYTURN_PUBLIC_URL = environment.text("KEYTURN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
KEYTURN_EMAIL_URL = environment.text("KEYTURN_EMAIL_URL")
KEYTURN_BOUNCE_ADDRESS = environment.text("KEYTURN_BOUNCE_ADDRESS")
KEYTURN_BOUNCE_LISTEN = environment.endpoint("KEYTURN_BOUNCE_LISTEN")
KEYTURN_TRUSTED_PROXIES = environment.networks("KEYTURN_TRUSTED_PROXIES")
KEYTURN_EGRESS_ALLOW = environment.networks("KEYTURN_EGRESS_ALLOW")
KEYTURN_ARGON2 = environment.positive_numbers("KEYTURN_ARGON2", "2,19456,1", 3)
KEYTURN_SOURCE_LIMIT_FACTOR = environment.positive_numbers("KEYTURN_SOURCE_LIMIT_FACTOR", "1", 1)[0]
KEYTURN_LEAKED_RANGE_URL = environment.text("KEYTURN_LEAKED_RANGE_URL")
KEYTURN_LEASE_SECONDS = environment.positive_numbers("KEYTURN_LEASE_SECONDS", "90", 1)[0]
KEYTURN_WATCH_HOST_LIMITS = environment.positive_numbers("KEYTURN_WATCH_HOST_LIMITS", "60,40", 2)
KEYTURN_KEEP_INTAKES_DAYS = environment.positive_numbers("KEYTURN_KEEP_INTAKES_DAYS", "7", 1)[0]
KEYTURN_KEEP_TICKETS_DAYS = environment.positive_numbers("KEYTURN_KEEP_TICKETS_DAYS", "30", 1)[0]
KEYTURN_KEEP_REFUSALS_DAYS = environment.positive_numbers("KEYTURN_KEEP_REFUSALS_DAYS", "90", 1)[0]
KEYTURN_KEEP_SESSIONS_DAYS = environment.positive_numbers("KEYTURN_KEEP_SESSIONS_DAYS", "30", 1)[0]
KEYTURN_DEBUG = environment.flag("KEYTURN_DEBUG")
KEYTURN_LOG_LEVEL = environment.one_of("KEYTURN_LOG_LEVEL", "INFO", "DEBUG", "WARNING", "ERROR")
KEYTURN_SERVED_BY = int(os.environ.get("KEYTURN_SERVED_BY", "0"))  # the process to end with, see lib.processes
KEYTURN_IS_SECURE = urlsplit(KEYTURN_PUBLIC_URL).scheme == "https"

DEBUG = False  # a page that shows settings and variables has no place in this product, whatever KEYTURN_DEBUG says
ALLOWED_HOSTS = ["*"]  # the tenancy middleware compares exactly, against the table of hosts, before anything else


def _secret_key() -> str:
    """Derived from the web key file. Before `migrate` made that file there is nothing yet to sign."""
    try:
        return hashlib.sha256(b"django" + (DATA / "keys" / "web.json").read_bytes()).hexdigest()
    except OSError:
        return os.urandom(32).hex()


SECRET_KEY = _secret_key()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "django_htmx",
    "keyturn.tenants",
    "keyturn.limits",
    "keyturn.audit",
    "keyturn.operators",
    "keyturn.people",
    "keyturn.directories",
    "keyturn.outbox",
    "keyturn.passwords",
    "keyturn.recovery",
    "keyturn.access",
    "keyturn.enrollment",
    "keyturn.monitoring",
    "keyturn.api",
    "keyturn.portal",
    "keyturn.console",
]
AUTH_USER_MODEL = "operators.Operator"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "keyturn.door.request_log.RequestLog",
    "keyturn.door.headers.SecurityHeaders",
    "keyturn.api.problems.Problems",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "keyturn.door.tenancy.Tenancy",
    "keyturn.door.language.Language",
    "keyturn.door.bodies.Refused",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "keyturn.urls"
WSGI_APPLICATION = "keyturn.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "keyturn.portal.context.page",
                "keyturn.console.context.console",
            ]
        },
    }
]

DATABASES = {
    "default": database_url.parse(
        environment.text("KEYTURN_DATABASE_URL", f"sqlite:///{DATA}/keyturn.sqlite3"), process=KEYTURN_PROCESS
    )
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 768 * 1024  # the largest form; what each address takes is in door/bodies
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400  # every right of a person that could be ticked, and their companies
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

_PREFIX = "__Host-" if KEYTURN_IS_SECURE else ""
CSRF_COOKIE_NAME = f"{_PREFIX}keyturn-csrf"
CSRF_COOKIE_SECURE = KEYTURN_IS_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "keyturn.portal.views.errors.csrf_failed"
LANGUAGE_COOKIE_NAME = "keyturn-language"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = None  # served from where they lie in the package
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

LOGGING_CONFIG = None  # keyturn.lib.logs sets logging up, with the redacting processor
SILENCED_SYSTEM_CHECKS: list[str] = []
