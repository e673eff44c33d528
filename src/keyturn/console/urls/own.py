"""Addresses of an operator's own sign-in."""

from django.urls import path

from keyturn.console.views.own import ending, enrolling, overview, steps

urlpatterns = [
    path("sign-in/second-factor", steps.second_factor, name="console_second_factor"),
    path("sign-in/second-factor/passkey", steps.passkey_to_sign_in, name="console_second_factor_passkey"),
    path("sign-in/enrol", steps.enrol, name="console_enrol"),
    path("confirm", steps.confirm, name="console_confirm"),
    path("confirm/passkey", steps.passkey_to_confirm, name="console_confirm_passkey"),
    path("me", overview.me, name="console_me"),
    path("me/password", overview.password, name="console_me_password"),
    path("me/location", overview.location, name="console_me_location"),
    path("me/app", enrolling.add_app, name="console_me_app"),
    path("me/app/remove", ending.remove_app, name="console_me_app_remove"),
    path("me/passkeys/new", enrolling.add_passkey, name="console_me_passkey"),
    path("me/passkeys/options", enrolling.passkey_to_add, name="console_me_passkey_options"),
    path("me/passkeys/<int:passkey_id>/remove", ending.remove_passkey, name="console_me_passkey_remove"),
    path("me/recovery-codes", enrolling.recovery_codes, name="console_me_recovery_codes"),
    path("me/sessions/end", ending.end_other_sessions, name="console_me_sessions_end"),
    path("me/sessions/<int:session_id>/end", ending.end_session, name="console_me_session_end"),
]
