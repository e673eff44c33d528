"""Addresses of the people: the search, the list, a person's tabs General and Mobile user, files, forgetting."""

from django.urls import path

from keyturn.console.views import people, people_files, people_person

_PERSON, _IMPORT = "people/<uuid:person_id>", "people/imports/<uuid:import_id>"

urlpatterns = [
    path("search", people.find, name="console_people_search"),
    path("people/", people.listing, name="console_people_list"),
    path("people/export", people.export, name="console_people_export"),
    path("people/new", people_person.new, name="console_people_new"),
    path("people/imports/", people_files.VIEWS.listing, name="console_people_imports"),
    path(_IMPORT, people_files.VIEWS.one, name="console_people_import"),
    path(f"{_IMPORT}/cancel", people_files.VIEWS.cancel, name="console_people_import_cancel"),
    path(f"{_IMPORT}/report", people_files.VIEWS.report, name="console_people_import_report"),
    path(f"{_PERSON}/", people_person.general, name="console_people_person"),
    path(f"{_PERSON}/mobile", people_person.mobile, name="console_people_mobile"),
    path(f"{_PERSON}/restore", people_person.restore, name="console_people_restore"),
    path(f"{_PERSON}/known", people_person.known, name="console_people_known"),
    path(f"{_PERSON}/forget", people_person.forget, name="console_people_forget"),
]
