"""Addresses of the rights: the organization's permissions and profiles, and what a person holds."""

from django.urls import path

from keyturn.console.views import people_rights, settings_permissions, settings_profiles

_PERMISSION = "settings/rights/permissions/<uuid:permission_id>"
_PROFILE = "settings/rights/profiles/<uuid:bundle_id>"

urlpatterns = [
    path("settings/rights/permissions/new", settings_permissions.new, name="console_settings_permission_new"),
    path(_PERMISSION, settings_permissions.permission, name="console_settings_permission"),
    path(f"{_PERMISSION}/remove", settings_permissions.remove, name="console_settings_permission_remove"),
    path("settings/rights/profiles/new", settings_profiles.new, name="console_settings_rights_profile_new"),
    path(_PROFILE, settings_profiles.profile, name="console_settings_rights_profile"),
    path(f"{_PROFILE}/remove", settings_profiles.remove, name="console_settings_rights_profile_remove"),
    path("people/<uuid:person_id>/rights", people_rights.rights, name="console_people_rights"),
]
