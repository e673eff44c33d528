"""Addresses of the pages that a person sees."""

from django.urls import path

from keyturn.portal.views import forgot, looks, mailbox, own, redeem, sign_in, sign_up, site, strength

urlpatterns = [
    path("", site.home, name="home"),
    path("robots.txt", site.robots, name="robots"),
    path("looks.css", looks.sheet, name="looks"),
    path("logo.png", looks.logo, name="logo"),
    path("language", site.language, name="language"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("sign-out/everywhere", sign_in.sign_out_everywhere, name="sign_out_everywhere"),
    path("forgot", forgot.forgot, name="forgot"),
    path("forgot/confirm", forgot.confirm, name="forgot_confirm"),
    path("forgot/cancel", forgot.cancel, name="forgot_cancel"),
    path("forgot/sent/<str:reference>", forgot.sent, name="forgot_sent"),
    path("sign-up", sign_up.sign_up, name="sign_up"),
    path("sign-up/sent/<str:reference>", sign_up.sent, name="sign_up_sent"),
    path("r", redeem.redeem, name="redeem"),
    path("r/<str:token>", redeem.open_link, name="open_link"),
    path("password/strength", strength.strength, name="strength"),
    path("me", own.me, name="me"),
    path("mailbox", mailbox.by_link, name="mailbox"),
    path("mailbox/<str:token>", mailbox.open_link, name="open_mailbox_link"),
    path("me/mailboxes/<uuid:mailbox_id>", mailbox.own, name="own_mailbox"),
    path("change-password", own.change_password, name="change_password"),
]
