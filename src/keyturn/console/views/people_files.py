"""People from a file: handing it in, watching it, and taking the report of what was refused."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keyturn.console.guard import actor, guarded
from keyturn.door.answers import go_to, page
from keyturn.door.forms import Form
from keyturn.enrollment import imports, reports
from keyturn.enrollment.imports import Upload
from keyturn.enrollment.on_record import By
from keyturn.lib import clock
from keyturn.lib.paging import keyset
from keyturn.people import importing, wording
from keyturn.people.importing import FileRefused
from keyturn.people.models import Import

_SHOWN = 100  # refused rows on the page; the report has all


class Bounded(FileUploadHandler):
    """Keeps an upload in memory, and of a larger one than anybody may send only that it was larger."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Nobody else need look at it."""
        super().new_file(*args, **kwargs)
        self._kept = bytearray()
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep some bytes more."""
        if len(self._kept) <= importing.MOST_BYTES:
            self._kept += raw_data

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        """What `request.FILES` gives."""
        return SimpleUploadedFile(self.file_name or "people.csv", bytes(self._kept))


@csrf_exempt  # only until the handler of the upload is chosen, which must be before anything reads the form
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The imports there were, and the form of another."""
    request.upload_handlers = [Bounded(request)]
    return _listing(request)


@guarded("people.import_person", confirmed=True)
@csrf_protect  # behind the guard: nobody takes a stranger's file apart to look for a token
def _listing(request: HttpRequest) -> HttpResponse:
    form = Form("file", "is_trial", posted=request.POST if request.method == "POST" else None)
    if request.method != "POST":
        form["is_trial"].value = "on"
        return _page(request, form)
    form["is_trial"].value = form.only("is_trial")
    file = request.FILES.get("file")
    if file is None:
        form.refuse("file", _("Choose a file."))
        return _page(request, form)
    upload = Upload(file.read(), _name(file.name), bool(form["is_trial"].value), request.operator.rank)
    try:
        started = imports.start(upload, By(actor(request), clock.now()))
    except FileRefused as refused:
        form.refuse("file", wording.explain_file(refused))
        return _page(request, form)
    return go_to("console_people_import", str(started.pk))


listing.permission = _listing.permission


@require_safe
@guarded("people.import_person")
def one(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """How far an import came, and what it refused."""
    found = get_object_or_404(Import, pk=import_id)
    refusals = [
        {"line": row.line, "field": row.field, "words": wording.explain(row.reason)}
        for row in found.refusals.order_by("line")[:_SHOWN]
    ]
    is_over = found.state not in Import.UNDER_WAY
    return page(request, "console/people/import.html", {"one": found, "refusals": refusals, "is_over": is_over})


@require_POST
@guarded("people.import_person")
def cancel(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Stop an import; what was taken stays."""
    imports.cancel(get_object_or_404(Import, pk=import_id), By(actor(request), clock.now()))
    return go_to("console_people_import", str(import_id))


@require_safe
@guarded("people.import_person")
def report(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Every refused row with its reason, in a file that can be mended and handed in again."""
    lines = reports.refused_rows(get_object_or_404(Import, pk=import_id))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    return answer


def _page(request: HttpRequest, form: Form) -> HttpResponse:
    past = keyset(Import.objects.all(), ("-created_at", "-id"), cursor=request.GET.get("page", ""), size=20)
    return page(request, "console/people/imports.html", {"form": form, "past": past, "columns": importing.COLUMNS})


def _name(raw: str) -> str:
    """What the file was called, as far as it can be shown."""
    return "".join(char for char in raw if char.isprintable())[:200] or "people.csv"
