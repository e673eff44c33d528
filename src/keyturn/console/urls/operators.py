"""Addresses of the operators of an organization."""

from django.urls import path

from keyturn.console.views.operators import acts, pages

urlpatterns = [
    path("operators/", pages.index, name="console_operators"),
    path("operators/new", pages.invite, name="console_operators_invite"),
    path("operators/<uuid:operator_id>/", pages.one, name="console_operators_one"),
    path("operators/<uuid:operator_id>/role", pages.role, name="console_operators_role"),
    path("operators/<uuid:operator_id>/location", pages.location, name="console_operators_location"),
    path("operators/<uuid:operator_id>/<slug:name>", acts.act, name="console_operators_act"),
]
