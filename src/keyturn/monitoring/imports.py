"""Importing mailboxes: what a file of mailboxes is (people.imports says how it is taken).

Passwords stand in such files. They are sealed before anything is written, opened by the worker alone, and destroyed
when the last row was taken; the rest of the file is kept some days for the report, which has none of them.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise

from keyturn.audit import events
from keyturn.lib import seal
from keyturn.lib.edits import Seen as Standing
from keyturn.lib.seal import SealBroken
from keyturn.monitoring import importing, mailboxes, sealing, wording
from keyturn.monitoring.describing import MailboxRefused
from keyturn.monitoring.importing import SECRET, Seen
from keyturn.monitoring.models import Mailbox
from keyturn.people import imports, queries
from keyturn.people.importing import Row
from keyturn.people.imports import Kept, Kind, Upload
from keyturn.people.models import Import, ImportFile, Person
from keyturn.recovery import desk
from keyturn.tenants import scope

__all__ = ["MAILBOXES", "Upload", "start", "step"]

CREATED, UPDATED = "created", "updated"  # columns of an Import, too


class Mailboxes(Kind):
    """Files of mailboxes, kept as rows without their passwords, and the passwords sealed by their lines."""

    name, permission = "mailboxes", "monitoring.edit_mailbox"
    columns, refused, batch = importing.COLUMNS, MailboxRefused, 10  # each password takes a slow hash

    def keep(self, content: bytes, of: Import) -> Kept:
        """Rows and passwords, apart."""
        rows = importing.read(content)
        secrets = {row.line: row.cells.pop(SECRET) for row in rows if SECRET in row.cells}
        written = json.dumps([[row.line, row.cells, row.broken] for row in rows]).encode()
        sealed = seal.seal(sealing.BOX, json.dumps(secrets).encode(), _sealed_for(of)) if secrets else None
        return Kept(written, len(rows), sealed)

    def read(self, content: bytes) -> list[Row]:
        """Its rows, without passwords."""
        return [Row(*one) for one in json.loads(content)]

    def begin(self, one: Import, file: ImportFile) -> "_Taker":
        """The file on its way."""
        return _Taker(one, self.read(bytes(file.content)), _opened(one, file))

    def record(self, **told: Any) -> None:
        """Its end."""
        events.record("mailboxes.imported", **told)

    def explain(self, reason: str) -> Promise:
        """The sentence for a row's reason."""
        return wording.explain(reason)


class _Taker:
    """Rows that become mailboxes, or change them. `secrets` by lines; None where they do not open any more."""

    def __init__(self, one: Import, waiting: list[Row], secrets: dict[int, str] | None):
        self.rows = waiting
        self._one, self._secrets, self._seen = one, secrets, Seen()

    def skip(self, row: Row) -> None:
        """No row after it may be about the same mailbox."""
        self._seen.claim(row)

    def taking(self, batch: list[Row], now: datetime) -> Callable[[Row], str]:
        """Take rows, some of one transaction."""
        return lambda row: self._take(row, now)

    def _take(self, row: Row, now: datetime) -> str:
        if row.broken:
            raise MailboxRefused(row.broken, "row")
        if not self._seen.claim(row):
            raise MailboxRefused("repeated_in_file", "name")
        if self._secrets is None:
            raise MailboxRefused("lost", SECRET)
        try:
            return self._put(row, self._owner(row), now)
        except MailboxRefused as refused:
            if refused.field == "secret":
                raise MailboxRefused(refused.reason, SECRET) from None
            raise

    def _owner(self, row: Row) -> Person:
        owner = queries.by_identifier(row.cells.get("identifier", ""))
        if owner is None:
            raise MailboxRefused("unknown_person", "identifier")
        if desk.rank_of(owner) >= self._one.rank:
            raise MailboxRefused("outranked", "identifier")
        return owner

    def _put(self, row: Row, owner: Person, now: datetime) -> str:
        known = Mailbox.objects.filter(person=owner, name=importing.name_of(row)).first()
        new = importing.described(row, owner, known, self._secrets.get(row.line, ""))
        if self._one.is_trial:
            new = replace(new, secret="")  # judged by now; its slow hash would be thrown away
        with transaction.atomic():
            if known is None:
                mailboxes.add(new, now, actor=self._one.started_by)
                return CREATED
            mailboxes.change(Standing(known, known.version), new, now, actor=self._one.started_by)
            return UPDATED


MAILBOXES = Mailboxes()


def start(upload: Upload, now: datetime, *, actor: str) -> Import:
    """Write a file of mailboxes down for the workers. Raises FileRefused."""
    return imports.start(MAILBOXES, upload, now, actor=actor)


def step() -> bool:
    """Go on with the import that has waited longest; False when there is none. For the worker."""
    return imports.step(MAILBOXES)


def _opened(one: Import, file: ImportFile) -> dict[int, str] | None:
    if file.sealed is None:
        return {}
    try:
        opened = seal.unseal(sealing.BOX, bytes(file.sealed), _sealed_for(one))
    except SealBroken:
        return None
    return {int(line): secret for line, secret in json.loads(opened).items()}


def _sealed_for(one: Import) -> str:
    """The one place where a file's passwords open."""
    return f"import|{scope.current_id()}|{one.pk}"
