"""Whether this process lives, and whether the installation can work. Both answer on any host name."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from keyturn.lib import readiness


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """This process runs and the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _answer(["The database does not answer."])
    return _answer([])


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Everything is there that work needs: tables of this version, keys."""
    return _answer(readiness.problems())


def _answer(problems: list[str]) -> HttpResponse:
    if problems:
        return JsonResponse({"status": "unavailable", "problems": problems}, status=503)
    return JsonResponse({"status": "ok", "problems": []})
