"""Mailboxes whose passwords are watched, what was seen of them, how their owners mend them, and who is told."""

from django.db import models

from keyturn.lib.leases import Leased
from keyturn.tenants.scope import TenantModel


class Mailbox(TenantModel, Leased):
    """A mail account of a person whose password the tenant's software uses (M1.1). `due_at` is its next check.

        NEW ─ accepted ▶ FINE ◀─────────── accepted ───────────┐
         │                ├─ rejected ▶ REFUSED ─ often enough ▶ SUSPENDED ─ mended ▶ FINE
         └────────────────┴─ no word about the password ▶ TROUBLED (accuses nobody)
        An operator suspends and resumes by hand. EMPTY has no secret: its place was changed.
    `sealed` opens for this very place, user name and version alone (monitoring.sealing); `verifier` is a slow hash
    of the same secret, so that an old password is compared without asking anybody outside.
    """

    NEW, FINE, REFUSED, TROUBLED, SUSPENDED, EMPTY = "new", "fine", "refused", "troubled", "suspended", "empty"
    STATES = (NEW, FINE, REFUSED, TROUBLED, SUSPENDED, EMPTY)
    BY_WATCH, BY_OPERATOR = "refused", "operator"

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="mailboxes")
    name = models.CharField(max_length=100)
    protocol = models.CharField(max_length=4)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    tls = models.CharField(max_length=8)
    username = models.CharField(max_length=320)
    method = models.CharField(max_length=8, default="password")
    sending_host = models.CharField(max_length=253, blank=True)  # empty: only the reading side is checked
    sending_port = models.PositiveIntegerField(default=0)
    sending_tls = models.CharField(max_length=8, blank=True)
    sealed = models.BinaryField(null=True)
    sealed_with = models.CharField(max_length=16, blank=True)  # which key; see lib.keys.box_id
    verifier = models.CharField(max_length=200, blank=True)
    secret_version = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=9, default=NEW, choices=[(s, s) for s in STATES])
    suspended_by = models.CharField(max_length=8, blank=True)
    verdict = models.CharField(max_length=11, blank=True)  # of the last check, with its code
    code = models.CharField(max_length=30, blank=True)
    checked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)  # in a row
    refused_since = models.DateTimeField(null=True)
    troubled_since = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    incident = models.UUIDField(null=True)  # one from the suspension to the mending; notices are counted by it
    told_at = models.DateTimeField(null=True)
    may_mend_blind_until = models.DateTimeField(null=True)  # an operator lets the owner in without the old password
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "mailboxes"
        indexes = [
            models.Index(fields=["tenant", "state", "name", "id"], name="mailboxes_by_state"),
            models.Index(fields=["tenant", "name", "id"], name="mailboxes_by_name"),
            models.Index(fields=["tenant", "host", "state"], name="mailboxes_by_host"),
            models.Index(fields=["tenant", "person"], name="mailboxes_of_a_person"),
            models.Index(fields=["tenant", "sealed_with"], name="mailboxes_by_key"),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="mailbox_once_a_person")]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class Sighting(TenantModel):
    """What one check saw. Kept for some weeks, for the small chart on a mailbox's page."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="sightings")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=11)
    code = models.CharField(max_length=30)
    milliseconds = models.PositiveIntegerField()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "mailbox", "at"], name="sightings_of_a_mailbox"),
            models.Index(fields=["tenant", "at"], name="sightings_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} at {self.at:%H:%M:%S}"


class SweepMinute(TenantModel):
    """What the watch of a tenant did in one minute, counted as it is written down: so nobody counts all mailboxes."""

    minute = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    unreachable = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "minute"], name="one_sweep_a_minute")]

    def __str__(self) -> str:
        return f"{self.done} checks at {self.minute:%H:%M}"


class HostTrouble(TenantModel):
    """Many mailboxes of one host failing together (M1.4): notices are held back until the host answers again.

    `knocking` is the mailbox that finds out whether it does; `told_at` is when operators heard of it.
    """

    host = models.CharField(max_length=253)
    began_at = models.DateTimeField()
    failing = models.PositiveIntegerField()
    told_at = models.DateTimeField(null=True)
    knocking = models.ForeignKey(Mailbox, null=True, on_delete=models.SET_NULL, related_name="+")
    knocked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "host"], condition=models.Q(ended_at=None), name="one_trouble_a_host"
            )
        ]

    def __str__(self) -> str:
        return f"trouble at {self.host}"


class MendingLink(TenantModel):
    """The link in a notice, by which the owner of a mailbox gives its new password without signing in (M1.10).

    Good for three days and one mending; worthless without the old password, of which five may be tried.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    incident = models.UUIDField()
    selector = models.CharField(max_length=20, unique=True)
    verifier_hash = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link to {self.mailbox_id}"


class Mending(TenantModel, Leased):
    """A new password on its way into a mailbox: sealed by the web process, tested by the worker, step by step."""

    WAITING, ACCEPTED, REJECTED, UNREACHABLE, OVER = "waiting", "accepted", "rejected", "unreachable", "over"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    link = models.ForeignKey(MendingLink, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.CharField(max_length=100)
    sealed = models.BinaryField(null=True)
    verifier = models.CharField(max_length=200, blank=True)
    secret_version = models.PositiveIntegerField()  # of the mailbox, when it was asked for
    steps = models.JSONField(default=list)
    state = models.CharField(max_length=11, default=WAITING)
    code = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"mending of {self.mailbox_id}: {self.state}"


class NotificationRule(TenantModel):
    """When something is seen, somebody is told: a switch of the tenant (M1.6). No row: as the rule is made."""

    name = models.CharField(max_length=40)
    is_enabled = models.BooleanField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="rule_once_a_tenant")]

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.is_enabled else 'off'}"


class Webhook(TenantModel):
    """Where a tenant's own software hears of its mailboxes (M1.15); calls are signed with the secret."""

    url = models.CharField(max_length=500)
    sealed_secret = models.BinaryField()
    is_enabled = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_webhook_a_tenant")]

    def __str__(self) -> str:
        return self.url


class WebhookCall(TenantModel, Leased):
    """One thing that a tenant's software is told: `mailbox.refused`, `mailbox.suspended`, `mailbox.mended`."""

    event = models.CharField(max_length=30)
    body = models.JSONField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "created_at"], name="webhook_calls_by_age")]

    def __str__(self) -> str:
        return f"{self.event} at {self.created_at:%H:%M:%S}"


class Handing(TenantModel, Leased):
    """A mailbox's secret on its way to the tenant's own software (M1.15): sealed by the worker to the software's key.

    One a mailbox, for an hour; a newer secret or another key overtakes it.
    """

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)  # the public half to which it is sealed, in base64
    secret_version = models.PositiveIntegerField()
    sealed = models.BinaryField(null=True)
    is_broken = models.BooleanField(default=False)  # what is kept does not open
    asked_by = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "asked_at"], name="handings_by_age")]

    def __str__(self) -> str:
        return f"handing of {self.mailbox_id}"
