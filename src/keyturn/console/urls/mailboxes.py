"""Addresses of the mailboxes that are watched."""

from django.urls import path

from keyturn.console.views import mailboxes

_ONE = "mailboxes/<uuid:mailbox_id>"

urlpatterns = [
    path("mailboxes/", mailboxes.listing, name="console_mailboxes_list"),
    path("mailboxes/act", mailboxes.act, name="console_mailboxes_act"),
    path(_ONE, mailboxes.one, name="console_mailboxes_one"),
    path(f"{_ONE}/act", mailboxes.act_one, name="console_mailboxes_act_one"),
    path(f"{_ONE}/let-in", mailboxes.let_in, name="console_mailboxes_let_in"),
]
