"""What happened, never edited. A worker duty chains the events of a tenant by hash after the fact."""

from django.db import models

from keyturn.tenants.scope import TenantModel


class Event(TenantModel):
    """A fact: who did what to whom, from where, and why. Holds no secret, ever.

    `position` and `chain` are empty until the `chain` duty closes the event into its tenant's hash chain.
    """

    at = models.DateTimeField()
    action = models.CharField(max_length=60)  # noun.past_tense
    actor = models.CharField(max_length=100)  # "person:<id>", "operator:<id>", "worker", "anonymous"
    subject = models.CharField(max_length=100, blank=True)  # "person:<id>", "message:<id>" …
    source = models.CharField(max_length=64, blank=True)  # network source, shortened
    reason = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    position = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [
            # the ways operators look through the audit, each newest first: up to the id, so that nothing is left to
            # sort, however few events the planner thinks that an actor has
            models.Index(fields=["tenant", "at", "id"], name="audit_by_time"),
            models.Index(fields=["tenant", "action", "at", "id"], name="audit_by_action"),
            models.Index(fields=["tenant", "actor", "at", "id"], name="audit_by_actor"),
            models.Index(fields=["tenant", "subject", "at", "id"], name="audit_by_subject"),
        ]
        constraints = [models.UniqueConstraint(fields=["tenant", "position"], name="audit_position_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"


class Head(TenantModel):
    """Where a tenant's chain ends, written down beside it, so that a chain cut short is noticed.

    `mark` is the worker's, over length, link and anchor (lib/marks). Events up to the anchor were removed because
    their time was over; the chain is recomputed from there. On PostgreSQL a trigger lets a head move forward only.
    """

    length = models.BigIntegerField(default=0)
    link = models.CharField(max_length=64)
    anchor_position = models.BigIntegerField(default=0)
    anchor_link = models.CharField(max_length=64, blank=True)
    mark = models.CharField(max_length=64)
    moved_at = models.DateTimeField()
    checked_to = models.BigIntegerField(default=0)  # how far the round of recomputing that is under way has come
    checked_at = models.DateTimeField(null=True)  # when a round last came to the end
    fault = models.CharField(max_length=200, blank=True)  # what the last round found

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_head_a_tenant")]

    def __str__(self) -> str:
        return f"{self.length} events"
