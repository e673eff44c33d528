"""Answers of the range service about leaked passwords. A row names five hex digits of a hash and no person."""

from django.db import models


class LeakedRange(models.Model):
    """The known hash endings of one five-digit prefix, for some minutes.

    asked ── a worker takes it (`taken_at`) ──▶ answered, with `endings`; or answered without, when the service
    gave none. The web process writes the question, the worker everything else.
    """

    prefix = models.CharField(max_length=5, primary_key=True)
    endings = models.BinaryField(null=True)
    asked_at = models.DateTimeField(db_index=True)
    taken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.prefix
