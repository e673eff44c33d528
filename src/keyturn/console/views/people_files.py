"""People from a file: handing it in, watching it, and taking the report of what was refused."""

from keyturn.console.file_pages import Files, views_of
from keyturn.enrollment.imports import PEOPLE
from keyturn.people import wording

VIEWS = views_of(Files(PEOPLE, "console_people_import", "console/people/imports.html", wording.explain_file))
