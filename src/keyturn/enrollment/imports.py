"""Importing people: what a file of people is (people.imports says how it is taken)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from keyturn.audit import events
from keyturn.enrollment import rows
from keyturn.enrollment.on_record import By
from keyturn.people import importing, imports, wording
from keyturn.people.importing import PeopleRefused, Row, Seen
from keyturn.people.imports import Kept, Kind, Upload
from keyturn.people.models import Import, ImportFile
from keyturn.tenants import finding

__all__ = ["PEOPLE", "Upload", "cancel", "start", "step"]


class People(Kind):
    """Files of people: kept as they came, for nothing in them is secret."""

    name, permission = "people", "people.import_person"
    columns, refused, batch = importing.COLUMNS, PeopleRefused, 50

    def keep(self, content: bytes, of: Import) -> Kept:
        """The file as it is."""
        return Kept(content, len(self.read(content)))

    def read(self, content: bytes) -> list[Row]:
        """Its rows."""
        return importing.read(content)

    def begin(self, one: Import, file: ImportFile) -> "_Taker":
        """The file on its way."""
        return _Taker(one, self.read(bytes(file.content)))

    def record(self, **told: Any) -> None:
        """Its end."""
        events.record("people.imported", **told)

    def explain(self, reason: str) -> Promise:
        """The sentence for a row's reason."""
        return wording.explain(reason)


class _Taker:
    """Rows that become people, or change them."""

    def __init__(self, one: Import, waiting: list[Row]):
        self.rows = waiting
        self._one, self._seen = one, Seen(finding.by_id(one.tenant_id).phone_region)

    def skip(self, row: Row) -> None:
        """Nobody after it may want what this row wanted."""
        self._seen.claim(row)

    def taking(self, batch: list[Row], now: datetime) -> Callable[[Row], str]:
        """Take rows, some of one transaction."""
        means = rows.means(By(self._one.started_by, now), self._one.rank)
        rows.hold(batch)
        return lambda row: rows.take(row, self._seen, means)


PEOPLE = People()


def start(upload: Upload, by: By) -> Import:
    """Write a file of people down for the workers. Raises FileRefused."""
    return imports.start(PEOPLE, upload, by.now, actor=by.actor)


def cancel(one: Import, by: By) -> bool:
    """Stop after the rows that were taken; False when it had ended."""
    return imports.cancel(one, by.now, actor=by.actor)


def step() -> bool:
    """Go on with the import that has waited longest; False when there is none."""
    return imports.step(PEOPLE)
