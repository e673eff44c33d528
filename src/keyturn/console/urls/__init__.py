"""Addresses of the operators' pages: one list an area, and everything else behind the sign-in."""

from django.urls import path, re_path

from keyturn.console import guard
from keyturn.console.urls import (
    audit,
    helpdesk,
    installation,
    layouts,
    mailboxes,
    operators,
    own,
    people,
    pins,
    requests,
    rights,
    settings,
)
from keyturn.console.views import home, sign_in, welcome

urlpatterns = [
    path("", home.home, name="console_home"),
    path("sign-in", sign_in.sign_in, name="console_sign_in"),
    path("sign-out", sign_in.sign_out, name="console_sign_out"),
    path("welcome/<str:token>", welcome.welcome, name="console_welcome"),
    *own.urlpatterns,
    *operators.urlpatterns,
    *installation.urlpatterns,
    *people.urlpatterns,
    *mailboxes.urlpatterns,
    *pins.urlpatterns,
    *settings.urlpatterns,
    *layouts.urlpatterns,
    *rights.urlpatterns,
    *helpdesk.urlpatterns,
    *requests.urlpatterns,
    *audit.urlpatterns,
    re_path(r"^(?P<rest>.*)$", guard.nothing_here),
]
