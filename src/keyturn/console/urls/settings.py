"""Addresses of the settings."""

from django.urls import path

from keyturn.console.views import (
    settings,
    settings_keys,
    settings_locations,
    settings_looks,
    settings_mail,
    settings_passwords,
    settings_preview,
    settings_rules,
    settings_sms,
    settings_trials,
    settings_webhook,
)

_LOCATION = "settings/locations/<uuid:location_id>"
_MAIL, _PROVIDER, _KEY = "settings/mail/<uuid:profile_id>", "settings/sms/<uuid:provider_id>", "settings/api-keys"

urlpatterns = [
    path("settings/", settings.first, name="console_settings"),
    path("settings/<slug:name>", settings.tab, name="console_settings_tab"),
    path("settings/passwords/try", settings_passwords.try_password, name="console_settings_try_password"),
    path("settings/mail/new", settings_mail.new, name="console_settings_mail_new"),
    path("settings/mail/test", settings_mail.test, name="console_settings_mail_test"),
    path(_MAIL, settings_mail.profile, name="console_settings_mail_profile"),
    path(f"{_MAIL}/up", settings_mail.up, name="console_settings_mail_up"),
    path(f"{_MAIL}/remove", settings_mail.remove, name="console_settings_mail_remove"),
    path("settings/locations/new", settings_locations.new, name="console_settings_location_new"),
    path(_LOCATION, settings_locations.location, name="console_settings_location"),
    path(f"{_LOCATION}/remove", settings_locations.remove, name="console_settings_location_remove"),
    path("settings/sms/new", settings_sms.new, name="console_settings_provider_new"),
    path("settings/sms/gateway", settings_sms.gateway, name="console_settings_gateway"),
    path("settings/sms/gateway/test", settings_sms.test_gateway, name="console_settings_gateway_test"),
    path("settings/sms/gateway/remove", settings_sms.remove_gateway, name="console_settings_gateway_remove"),
    path(_PROVIDER, settings_sms.provider, name="console_settings_provider"),
    path(f"{_PROVIDER}/test", settings_sms.test_provider, name="console_settings_provider_test"),
    path(f"{_PROVIDER}/remove", settings_sms.remove, name="console_settings_provider_remove"),
    path("settings/trials/<uuid:trial_id>", settings_trials.trial, name="console_settings_trial"),
    path("settings/preview/<uuid:preview_id>", settings_preview.preview, name="console_settings_preview"),
    path("settings/looks/logo", settings_looks.change, name="console_settings_logo"),
    path("settings/looks/logo.png", settings_looks.shown, name="console_settings_logo_shown"),
    path(f"{_KEY}/new", settings_keys.new, name="console_settings_key_new"),
    path(f"{_KEY}/<uuid:key_id>/revoke", settings_keys.revoke, name="console_settings_key_revoke"),
    path("settings/notification-rules/save", settings_rules.save, name="console_settings_rules_save"),
    path("settings/mailboxes/webhook", settings_webhook.hook, name="console_settings_hook"),
    path("settings/mailboxes/webhook/renew", settings_webhook.renew, name="console_settings_hook_renew"),
    path("settings/mailboxes/webhook/remove", settings_webhook.remove, name="console_settings_hook_remove"),
]
