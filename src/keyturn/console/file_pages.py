"""Files that are handed in, whatever they are of: the form, watching one, stopping it, the report of refused rows.

VIEWS = views_of(Files(KIND, …))     the four views of one kind, each for whoever may import it
"""

from collections.abc import Callable
from dataclasses import dataclass
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
from keyturn.lib import clock
from keyturn.lib.paging import keyset
from keyturn.people import importing, imports, reports
from keyturn.people.importing import FileRefused
from keyturn.people.imports import Kind, Upload
from keyturn.people.models import Import

_SHOWN = 100  # refused rows on the page; the report has all


@dataclass(frozen=True)
class Files:
    """One kind of files. `route` begins the names of its pages' addresses, `template` has its form."""

    kind: Kind
    route: str
    template: str
    explain: Callable[[FileRefused], str]
    has_secrets: bool = False

    @property
    def routes(self) -> dict[str, str]:
        """The names of the addresses."""
        ends = {"list": "s", "one": "", "cancel": "_cancel", "report": "_report"}
        return {name: self.route + end for name, end in ends.items()}


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
        return SimpleUploadedFile(self.file_name or "file.csv", bytes(self._kept))


@dataclass(frozen=True)
class Views:
    """The pages of one kind of files."""

    listing: Callable[..., HttpResponse]
    one: Callable[..., HttpResponse]
    cancel: Callable[..., HttpResponse]
    report: Callable[..., HttpResponse]


def views_of(files: Files) -> Views:
    """Its views."""
    may = files.kind.permission

    @guarded(may, confirmed=True)
    @csrf_protect  # behind the guard: nobody takes a stranger's file apart to look for a token
    def behind_the_guard(request: HttpRequest) -> HttpResponse:
        return _listing(request, files)

    @csrf_exempt  # only until the handler of the upload is chosen, which must be before anything reads the form
    @require_http_methods(["GET", "HEAD", "POST"])
    def listing(request: HttpRequest) -> HttpResponse:
        request.upload_handlers = [Bounded(request)]
        return behind_the_guard(request)

    listing.permission = may
    return Views(
        listing,
        require_safe(guarded(may)(lambda request, import_id: _one(request, files, import_id))),
        require_POST(guarded(may)(lambda request, import_id: _cancel(request, files, import_id))),
        require_safe(guarded(may)(lambda request, import_id: _report(files, import_id))),
    )


def _listing(request: HttpRequest, files: Files) -> HttpResponse:
    """The imports there were, and the form of another; sent, it starts one."""
    form = Form("file", "is_trial", posted=request.POST if request.method == "POST" else None)
    if request.method != "POST":
        form["is_trial"].value = "on"
        return _page(request, files, form)
    form["is_trial"].value = form.only("is_trial")
    file = request.FILES.get("file")
    if file is None:
        form.refuse("file", _("Choose a file."))
        return _page(request, files, form)
    upload = Upload(file.read(), _name(file.name), bool(form["is_trial"].value), request.operator.rank)
    try:
        started = imports.start(files.kind, upload, clock.now(), actor=actor(request))
    except FileRefused as refused:
        form.refuse("file", files.explain(refused))
        return _page(request, files, form)
    return go_to(files.routes["one"], str(started.pk))


def _one(request: HttpRequest, files: Files, import_id: UUID) -> HttpResponse:
    """How far an import came, and what it refused."""
    found = _found(files, import_id)
    refusals = [
        {"line": row.line, "field": row.field, "words": files.kind.explain(row.reason)}
        for row in found.refusals.order_by("line")[:_SHOWN]
    ]
    values = {"one": found, "refusals": refusals, "is_over": found.state not in Import.UNDER_WAY}
    values |= {"routes": files.routes, "has_secrets": files.has_secrets}
    return page(request, "console/imports/one.html", values)


def _cancel(request: HttpRequest, files: Files, import_id: UUID) -> HttpResponse:
    """Stop an import; what was taken stays."""
    imports.cancel(_found(files, import_id), clock.now(), actor=actor(request))
    return go_to(files.routes["one"], str(import_id))


def _report(files: Files, import_id: UUID) -> HttpResponse:
    """Every refused row with its reason, in a file that can be mended and handed in again."""
    lines = reports.refused_rows(files.kind, _found(files, import_id))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    return answer


def _found(files: Files, import_id: UUID) -> Import:
    return get_object_or_404(Import, pk=import_id, kind=files.kind.name)


def _page(request: HttpRequest, files: Files, form: Form) -> HttpResponse:
    theirs = Import.objects.filter(kind=files.kind.name)
    past = keyset(theirs, ("-created_at", "-id"), cursor=request.GET.get("page", ""), size=20)
    values = {"form": form, "past": past, "columns": files.kind.columns, "routes": files.routes}
    return page(request, files.template, values)


def _name(raw: str) -> str:
    """What the file was called, as far as it can be shown."""
    return "".join(char for char in raw if char.isprintable())[:200] or "file.csv"
