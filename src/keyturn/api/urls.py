"""Addresses of this door."""

from django.urls import path

from keyturn.api import docs, health, key_calls, mailboxes, passwords, recoveries, sessions, sign_ups
from keyturn.api.door import api

api.add_router("/recoveries", recoveries.router)
api.add_router("/sign-ups", sign_ups.router)
api.add_router("/password", passwords.router)
api.add_router("/mailboxes", mailboxes.router)
api.add_router("", sessions.router)
api.add_router("", key_calls.router)

urlpatterns = [
    path("api/v1/docs", docs.page),
    path("api/v1/", api.urls),
    path("healthz", health.alive),
    path("readyz", health.ready),
]
