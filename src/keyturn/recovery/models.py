"""From "I forgot" to the right to set a password: what was asked, what was decided, and the tickets issued."""

from uuid import uuid4

from django.db import models

from keyturn.lib.leases import Leased
from keyturn.tenants.scope import TenantModel


class Intake(Leased):
    """ "I forgot", written down and not yet looked at. No person was read to write it.

    `sealed_claim` (identifier, email, phone) opens in the worker alone and is emptied when it was resolved.
    `tenant` comes from the host name; null on the installation's own address, where the worker finds it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", null=True, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(max_length=12, unique=True)
    method = models.CharField(max_length=20)
    door = models.CharField(max_length=10)  # portal, api
    source = models.CharField(max_length=64)
    over_limit = models.BooleanField(default=False)  # accepted, to be dropped by the policy
    sealed_claim = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_index=True)
    resolved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.reference


class Recovery(TenantModel):
    """One try, from asking to the end; the request log. A refused one is a row with its reason."""

    REFUSED, OPEN, COMPLETED, FAILED = "refused", "open", "completed", "failed"

    intake_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=12, db_index=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    account = models.ForeignKey("directories.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    method = models.CharField(max_length=20)
    door = models.CharField(max_length=10)
    source = models.CharField(max_length=64, blank=True)
    claimed = models.CharField(max_length=200, blank=True)  # masked
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=500, blank=True)  # the provider's, when its message came to nothing
    rules = models.JSONField(default=list)  # [[rule, outcome], …] in the order they were asked
    channels = models.JSONField(default=list)
    asked_by = models.CharField(max_length=100, blank=True)  # "operator:<id>"; empty: the person, or a stranger
    approved_by = models.CharField(max_length=100, blank=True)  # "operator:<id>" of the second one
    note = models.CharField(max_length=200, blank=True)  # why, in the operator's words
    caller_checked = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "recoveries"
        indexes = [
            models.Index(fields=["tenant", "created_at", "id"], name="recovery_by_time"),
            models.Index(fields=["tenant", "state", "created_at"], name="recovery_by_state"),
            models.Index(fields=["tenant", "person", "created_at"], name="recovery_by_person"),
            models.Index(fields=["tenant", "ended_at"], name="recovery_by_end"),
        ]
        constraints = [
            # an intake resolved twice, because a worker died half way, makes one recovery
            models.UniqueConstraint(fields=["tenant", "intake_id"], name="one_recovery_an_intake"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.state}"


class DailyTally(TenantModel):
    """What became of the requests of one day (UTC), so that nobody has to count them; see recovery/tally."""

    day = models.DateField()
    asked = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)  # whose message was taken over
    completed = models.PositiveIntegerField(default=0)
    median_seconds = models.PositiveIntegerField(null=True)  # from asking to signed in; null: nobody did

    class Meta(TenantModel.Meta):
        verbose_name_plural = "daily tallies"
        constraints = [models.UniqueConstraint(fields=["tenant", "day"], name="one_tally_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.asked}"


class Ticket(TenantModel):
    """The right to set one password, once, until a time: a link secret and a code.

        OPEN ── seize ──▶ REDEEMING ── settle ──▶ REDEEMED
          │                   └────── release ──▶ OPEN      (the directory refused; or the lease ran out)
          ├── asked again ──▶ SUPERSEDED
          └── revoke ──▶ REVOKED                            (password changed, person inactive, mail refused)
    Expiry is judged in the statement that uses it. Neither secret is stored: `verifier_hash` is a hash of the
    link's verifier, `code_tag` an HMAC of the code keyed by that verifier.
    """

    OPEN, REDEEMING, REDEEMED, SUPERSEDED, REVOKED = "open", "redeeming", "redeemed", "superseded", "revoked"

    recovery = models.ForeignKey(Recovery, on_delete=models.CASCADE, related_name="tickets")
    account = models.ForeignKey("directories.Account", on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=20)
    selector = models.CharField(max_length=16, unique=True)
    verifier_hash = models.CharField(max_length=64)
    code_tag = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=OPEN)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    credential_epoch = models.PositiveIntegerField()
    message_id = models.UUIDField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "message_id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose"],
                condition=models.Q(state__in=("open", "redeeming")),
                name="one_live_ticket_a_purpose",
            )
        ]

    def __str__(self) -> str:
        return f"ticket {self.selector}: {self.state}"


class CallerCheck(TenantModel):
    """A code that went to a stored address, to be read out by whoever is on the telephone.

        OPEN ── right code ──▶ PASSED ── reset ──▶ USED
    Expiry and tries are judged in the statement that counts a try. The code is kept as a keyed digest alone.
    """

    OPEN, PASSED, USED = "open", "passed", "used"
    MOST_TRIES = 3

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    operator_id = models.UUIDField()
    message_id = models.UUIDField()
    masked = models.CharField(max_length=320)
    code_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, default=OPEN)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "person", "created_at"])]

    def __str__(self) -> str:
        return f"caller check of {self.person_id}: {self.state}"


class Approval(TenantModel):
    """A reset that one operator asked for and a second one must agree to, within the hour.

        OPEN ── a second operator ──▶ APPROVED ── the reset ──▶ USED
          └── declined, or taken back ──▶ DECLINED
    A link is sent by the agreement itself; a password is then typed by the operator who asked.
    """

    OPEN, APPROVED, USED, DECLINED = "open", "approved", "used", "declined"

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=20)
    operator_id = models.UUIDField()
    second_id = models.UUIDField(null=True)
    note = models.CharField(max_length=200)
    is_compromised = models.BooleanField(default=False)
    caller_checked = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=OPEN)
    created_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person", "method", "operator_id"],
                condition=models.Q(state__in=("open", "approved")),
                name="one_open_approval_an_operator",
            )
        ]

    def __str__(self) -> str:
        return f"approval for {self.person_id}: {self.state}"


class Preview(TenantModel, Leased):
    """What a change of settings would do to people, counted by the worker before anybody saves it.

    `wanted` are the settings with their new values, none of them a secret; or `mail_profile` is the last one, which
    would be removed. `stopped` counts people who can recover now and could not any more; `narrowed` those who would
    lose one way and keep another.
    """

    wanted = models.JSONField()
    mail_profile = models.UUIDField(null=True)
    tab = models.CharField(max_length=20)
    version = models.PositiveIntegerField()  # of the settings it was made from, or of the mail profile
    asked_by = models.CharField(max_length=100)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)
    narrowed = models.PositiveIntegerField(default=0)
    listed = models.JSONField(default=list)  # the first of those who would be stopped, by id
    after = models.UUIDField(null=True)  # the last person who was looked at
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"preview of {', '.join(self.wanted)}"
