"""Addresses of the layouts and of the variables that point to them; both lists are tabs of the settings."""

from django.urls import path

from keyturn.console.views.layouts import building, keeping, trying, variables, versions

_LAYOUT = "settings/layouts/<uuid:layout_id>"
_WORDS = f"{_LAYOUT}/<slug:language>"

urlpatterns = [
    path("settings/layouts/new", keeping.new, name="console_layouts_new"),
    path("settings/layouts/import", keeping.import_defaults, name="console_layouts_import"),
    path(_LAYOUT, building.first, name="console_layouts_one"),
    path(f"{_LAYOUT}/rename", keeping.rename, name="console_layouts_rename"),
    path(f"{_LAYOUT}/remove", keeping.remove, name="console_layouts_remove"),
    path(_WORDS, building.builder, name="console_layouts_builder"),
    path(f"{_WORDS}/check", trying.check, name="console_layouts_check"),
    path(f"{_WORDS}/html", trying.html, name="console_layouts_html"),
    path(f"{_WORDS}/frame", trying.frame, name="console_layouts_frame"),
    path(f"{_WORDS}/test", trying.test, name="console_layouts_test"),
    path(f"{_WORDS}/versions", versions.listing, name="console_layouts_versions"),
    path(f"{_WORDS}/versions/<int:wanted>/restore", versions.restore, name="console_layouts_restore"),
    path("settings/variables/<slug:variable>", variables.one, name="console_variables_one"),
]
