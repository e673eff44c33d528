"""One line in the log for every request: method, path, status, milliseconds. No query string, no token, no body."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from keyturn.door.tenancy import ANY_HOST
from keyturn.lib import logs

log = structlog.get_logger("keyturn.door")


class RequestLog:
    """Stands first, so that it times everything. Probes of the machine itself are not worth a line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        if request.path not in ANY_HOST:
            log.info(
                "request.answered",
                method=request.method,
                path=logs.without_secrets(request.path)[:200],
                status=response.status_code,
                ms=round((time.perf_counter() - began) * 1000, 1),
            )
        return response
