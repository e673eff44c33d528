"""Addresses of the mailboxes that are watched."""

from django.urls import path

from keyturn.console.views.mailboxes import acts, editing, files, looking

_ONE, _PERSON = "mailboxes/<uuid:mailbox_id>", "people/<uuid:person_id>/mailboxes"
_IMPORT = "mailboxes/imports/<uuid:import_id>"

urlpatterns = [
    path("mailboxes/", looking.listing, name="console_mailboxes_list"),
    path("mailboxes/imports/", files.VIEWS.listing, name="console_mailboxes_imports"),
    path(_IMPORT, files.VIEWS.one, name="console_mailboxes_import"),
    path(f"{_IMPORT}/cancel", files.VIEWS.cancel, name="console_mailboxes_import_cancel"),
    path(f"{_IMPORT}/report", files.VIEWS.report, name="console_mailboxes_import_report"),
    path("mailboxes/progress", looking.progress, name="console_mailboxes_progress"),
    path("mailboxes/act", acts.act, name="console_mailboxes_act"),
    path(_ONE, looking.one, name="console_mailboxes_one"),
    path(f"{_ONE}/act", acts.act_one, name="console_mailboxes_act_one"),
    path(f"{_ONE}/let-in", acts.let_in, name="console_mailboxes_let_in"),
    path(f"{_ONE}/change", editing.edit, name="console_mailboxes_change"),
    path(f"{_ONE}/remove", acts.remove, name="console_mailboxes_remove"),
    path(_PERSON, looking.of_person, name="console_people_mailboxes"),
    path(f"{_PERSON}/new", editing.new, name="console_mailboxes_new"),
    path(f"{_PERSON}/test", editing.test, name="console_mailboxes_test"),
]
