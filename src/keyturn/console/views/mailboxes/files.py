"""Mailboxes from a file: handing it in, watching it, and taking the report of what was refused."""

from keyturn.console.file_pages import Files, views_of
from keyturn.monitoring import wording
from keyturn.monitoring.imports import MAILBOXES

_FORM = "console/mailboxes/imports.html"
VIEWS = views_of(Files(MAILBOXES, "console_mailboxes_import", _FORM, wording.explain_file, has_secrets=True))
