"""Addresses of the audit."""

from django.urls import path

from keyturn.console.views import audit

urlpatterns = [
    path("audit/", audit.listing, name="console_audit_list"),
    path("audit/export", audit.export, name="console_audit_export"),
]
