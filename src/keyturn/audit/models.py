"""What happened, never edited. A worker duty chains the events of a tenant by hash after the fact."""

from django.db import models

from keyturn.tenants.scope import TenantModel


class Event(TenantModel):
    """A fact: who did what to whom, from where, and why. Holds no secret, ever.

    `position` and `chain` are empty until the `chain` duty closes the event into its tenant's hash chain.
    """

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=60)  # noun.past_tense
    actor = models.CharField(max_length=100)  # "person:<id>", "operator:<id>", "worker", "anonymous"
    subject = models.CharField(max_length=100, blank=True)  # "person:<id>", "message:<id>" …
    source = models.CharField(max_length=64, blank=True)  # network source, shortened
    reason = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "subject", "at"])]
        constraints = [models.UniqueConstraint(fields=["tenant", "position"], name="audit_position_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"
