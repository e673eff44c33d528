"""Addresses of the installation's owners."""

from django.urls import path

from keyturn.console.views.installation import acts, pages

urlpatterns = [
    path("installation/", pages.index, name="console_installation"),
    path("installation/new", pages.new, name="console_installation_new"),
    path("installation/record", pages.book, name="console_installation_record"),
    path("installation/leave", acts.leave, name="console_installation_leave"),
    path("installation/organizations/<slug:slug>/", pages.one, name="console_installation_one"),
    path("installation/organizations/<slug:slug>/hosts/new", acts.add_host, name="console_installation_host"),
    path(
        "installation/organizations/<slug:slug>/hosts/<str:host>/remove",
        acts.remove_host,
        name="console_installation_host_remove",
    ),
    path("installation/organizations/<slug:slug>/<slug:name>", acts.act, name="console_installation_act"),
]
