"""One row counts one thing: tries in a window of time, or failures one after another."""

from django.db import models


class Counter(models.Model):
    """How often something happened since the window opened. The key is a keyed digest and names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    hits = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.hits}"


class Delay(models.Model):
    """Failures one after another, and when the last one was counted. The key is a keyed digest, too."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField()
    counted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.failures}"
