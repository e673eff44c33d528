"""Addresses of PIN codes: a person's, the mails that carry them, who came by them, and the sign-ups."""

from django.urls import path

from keyturn.console.views import pins, pins_made, pins_mail, sign_ups

_PIN, _MAILING = "people/<uuid:person_id>/pin", "approvals/pins/<uuid:mailing_id>"

urlpatterns = [
    path(_PIN, pins.tab, name="console_pins_tab"),
    path(f"{_PIN}/give", pins.give, name="console_pins_give"),
    path(f"{_PIN}/take", pins.take, name="console_pins_take"),
    path(f"{_PIN}/email", pins_mail.email, name="console_pins_email"),
    path(f"{_PIN}/<uuid:pin_id>/disable", pins_made.disable, name="console_pins_disable"),
    path(f"{_MAILING}/agree", pins_mail.agree, name="console_pins_agree"),
    path(f"{_MAILING}/decline", pins_mail.decline, name="console_pins_decline"),
    path("sign-ups/", sign_ups.listing, name="console_sign_ups_list"),
    path("sign-ups/<str:shown>", sign_ups.one, name="console_sign_ups_one"),
]
