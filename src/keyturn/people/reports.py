"""The report of an import: every refused row as it stood in the file, with its line and the reason in words."""

from collections.abc import Iterator
from itertools import islice

from keyturn.lib import cells
from keyturn.people.importing import REPORTED, Row
from keyturn.people.imports import Kind
from keyturn.people.models import Import, ImportFile, RefusedRow

_CHUNK = 1_000


def refused_rows(kind: Kind, one: Import) -> Iterator[str]:
    """The report as CSV; the columns of the import come first, so that what was mended can be handed in again.

    What was sealed is not in it, and after the file was destroyed only lines and reasons are left. Reads everything
    before the first line leaves.
    """
    file = ImportFile.objects.filter(of=one).first()
    rows = {row.line: row for row in kind.read(bytes(file.content))} if file else {}
    refusals = list(RefusedRow.objects.filter(of=one).order_by("line").values_list("line", "field", "reason"))
    return _lines(kind, rows, refusals)


def _lines(kind: Kind, rows: dict[int, Row], refusals: list[tuple[int, str, str]]) -> Iterator[str]:
    yield "\ufeff" + cells.line((*kind.columns, *REPORTED))
    told = iter(refusals)
    while chunk := list(islice(told, _CHUNK)):
        yield "".join(_line(kind, rows.get(line), (line, field, reason)) for line, field, reason in chunk)


def _line(kind: Kind, row: Row | None, refusal: tuple[int, str, str]) -> str:
    stood, (line, field, reason) = row.cells if row else {}, refusal
    return cells.line((*(stood.get(column, "") for column in kind.columns), line, field, kind.explain(reason)))
