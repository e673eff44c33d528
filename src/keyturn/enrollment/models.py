"""PIN codes that let new people in, the mails that carry them, and everybody who came by one."""

from django.db import models

from keyturn.lib.leases import Leased
from keyturn.tenants.scope import TenantModel


class Pin(TenantModel):
    """A bearer invitation in the hands of a person: whoever knows it becomes a user with the owner's rights, less
    what may never be cloned (M2.7, M2.10).

    Only the digest of its secret is compared. `sealed` is a copy that the worker alone can open, to mail it; it is
    emptied when the PIN ends. `withheld` names what its issuer left out of the rights that pass.
    """

    owner = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    selector = models.CharField(max_length=4)
    secret_hash = models.CharField(max_length=200)
    sealed = models.BinaryField(null=True)
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField(default=1)
    uses = models.PositiveIntegerField(default=0)
    domains = models.JSONField(default=list)  # of the new users' addresses; none: any
    fixed_address = models.CharField(max_length=320, blank=True)  # the only address that may use it
    withheld = models.JSONField(default=list)
    agreed = models.JSONField(null=True)  # once a copy went elsewhere: the elevated keys that two operators let out
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "expires_at"], name="pins_by_end")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "selector"], name="pin_selector_once_a_tenant"),
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(ended_at=None), name="one_live_pin_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"PIN {self.selector} of {self.owner_id}"


class PinMailing(TenantModel, Leased):
    """A mail with a PIN code, asked for by an operator (M2.8); written by the worker, which can open the PIN.

    AWAITING ─ another operator ▶ APPROVED ─ worker ▶ SENT
       └── refused, run out ─────────┴── PIN ended ▶ REFUSED
    """

    AWAITING, APPROVED, SENT, REFUSED = "awaiting", "approved", "sent", "refused"

    pin = models.ForeignKey(Pin, on_delete=models.CASCADE, related_name="mailings")
    to = models.CharField(max_length=320)
    own_address = models.CharField(max_length=320, blank=True)  # the owner's, whichever it went to
    elevated = models.JSONField(default=list)  # keys above the plain that it passed on when it was asked for
    asked_by = models.CharField(max_length=100)
    approved_by = models.CharField(max_length=100, blank=True)
    location = models.ForeignKey("outbox.Location", null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.ForeignKey("outbox.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, default=APPROVED)
    reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "pin", "created_at"], name="mailings_of_a_pin")]

    def __str__(self) -> str:
        return f"mail with {self.pin_id}: {self.state}"


class SignUp(TenantModel, Leased):
    """Somebody with a PIN code who wants to become a user: written down, not yet looked at; then what became of it.

        OPEN ─ worker ▶ REFUSED
          └──────────▶ ACCEPTED ─ first sign-in ▶ FINISHED
                           └──── 24 hours ─────▶ VANISHED
    `sealed` holds what was typed, for the worker alone, and is emptied when it has looked.
    """

    OPEN, REFUSED, ACCEPTED, FINISHED, VANISHED = "open", "refused", "accepted", "finished", "vanished"

    reference = models.CharField(max_length=20, unique=True)
    door = models.CharField(max_length=6)
    source = models.CharField(max_length=64)
    is_proven = models.BooleanField(default=False)  # it came with a proof of work
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=8, default=OPEN)
    reason = models.CharField(max_length=40, blank=True)
    outcomes = models.JSONField(default=list)  # each rule with what it said, as requests have them
    pin = models.ForeignKey(Pin, null=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "created_at", "id"], name="sign_ups_by_time"),
            models.Index(fields=["tenant", "state", "created_at"], name="sign_ups_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.state}"


class SpentProof(TenantModel):
    """A proof of work that was used for a sign-up; kept until its challenge is over, so that nobody uses it again."""

    drawn = models.CharField(max_length=16)
    ends_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "ends_at"], name="spent_proofs_by_end")]
        constraints = [models.UniqueConstraint(fields=["tenant", "drawn"], name="proof_once_a_tenant")]

    def __str__(self) -> str:
        return self.drawn


class MadeByPin(TenantModel):
    """Who came by whose PIN code, and with which rights at that moment."""

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, related_name="made_by_pin")
    pin = models.ForeignKey(Pin, null=True, on_delete=models.SET_NULL, related_name="made")
    owner = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="brought_in")
    rights = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "pin", "at"], name="made_by_pin"),
            models.Index(fields=["tenant", "owner", "at"], name="made_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.pin_id}"
