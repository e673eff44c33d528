"""Settings of both. COMPETITOR says which: plain or allauth."""

import os

from keyturn.lib import database_url

COMPETITOR = os.environ["COMPETITOR"]

SECRET_KEY = "for-measuring-only"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = f"benchmarks.competitors.{COMPETITOR}_urls"
WSGI_APPLICATION = "benchmarks.competitors.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "benchmarks.competitors",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = ["benchmarks.competitors.hashers.SameArgon2"]

DATABASES = {"default": database_url.parse(os.environ["COMPETITOR_DATABASE_URL"], process="owner")}

EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("COMPETITOR_SMTP_PORT", "25"))
DEFAULT_FROM_EMAIL = "help@competitor.example"

LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/done"

if COMPETITOR == "allauth":
    INSTALLED_APPS += ["allauth", "allauth.account", "allauth.headless"]
    MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]
    AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    ACCOUNT_LOGIN_METHODS = {"email"}
    ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
    ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
    ACCOUNT_RATE_LIMITS = False  # a benchmark comes from one address
    HEADLESS_ONLY = True
    HEADLESS_CLIENTS = ("app",)
    HEADLESS_FRONTEND_URLS = {
        name: "https://app.example/reset"
        for name in ("account_confirm_email", "account_reset_password_from_key", "account_signup")
    }
