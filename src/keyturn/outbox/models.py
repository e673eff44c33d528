"""Messages waiting to go out, every attempt to hand one over, and the servers that take them."""

from django.db import models

from keyturn.lib.leases import Leased
from keyturn.outbox.layouts.models import LayoutText, LayoutVersion, StoredLayout, Variable
from keyturn.tenants.scope import TenantModel

__all__ = [
    "Attempt",
    "CellProvider",
    "LayoutText",
    "LayoutVersion",
    "Location",
    "MailProfile",
    "Message",
    "SmsGateway",
    "StoredLayout",
    "Trial",
    "Variable",
]


class Location(TenantModel):
    """A place of a tenant with mail servers of its own; operators write from their default one (M2.8)."""

    name = models.CharField(max_length=100)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="location_once_a_tenant")]

    def __str__(self) -> str:
        return self.name


class MailProfile(TenantModel):
    """An outgoing mail server or mail service of a tenant; tried in `position` order. Password or key is sealed.

    One with a `location` serves that place alone, and comes there before those of the whole tenant.
    """

    SMTP = "smtp"
    NONE, STARTTLS, IMPLICIT = "none", "starttls", "implicit"

    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE, related_name="profiles")
    service = models.CharField(max_length=20, default=SMTP)  # or a name of outbox/mail_services
    options = models.JSONField(default=dict, blank=True)  # what a service asks for besides its key; no secret
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    tls = models.CharField(max_length=8, default=STARTTLS, choices=[(t, t) for t in (NONE, STARTTLS, IMPLICIT)])
    username = models.CharField(max_length=254, blank=True)
    sealed_password = models.BinaryField(blank=True, default=b"")
    from_address = models.CharField(max_length=320)
    from_name = models.CharField(max_length=100, blank=True)
    is_owners = models.BooleanField(default=True)  # described by who runs the machine: may lead into its network
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="mail_profile_once_a_tenant")]

    def __str__(self) -> str:
        return self.name


class CellProvider(TenantModel):
    """A mobile carrier's email-to-SMS gateway and the number format that its domain expects."""

    TEN_DIGIT, WITH_COUNTRY_CODE, E164 = (
        "10-digit",
        "with-country-code",
        "e164",
    )  # anything else: a custom pattern

    name = models.CharField(max_length=100)
    sms_domain = models.CharField(max_length=253)
    number_format = models.CharField(max_length=60, default=TEN_DIGIT)
    ends_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="cell_provider_once_a_tenant")]

    def __str__(self) -> str:
        return self.name


class SmsGateway(TenantModel):
    """A tenant's HTTP gateway for text messages (transports/http_sms.Gateway); the secret is sealed.

    While it is enabled it carries every text message; people's cell providers stand in when it cannot.
    """

    is_enabled = models.BooleanField(default=True)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    body = models.CharField(max_length=4, default="json")
    number_field = models.CharField(max_length=60, default="to")
    text_field = models.CharField(max_length=60, default="text")
    sender_field = models.CharField(max_length=60, blank=True)
    sender = models.CharField(max_length=60, blank=True)
    number_style = models.CharField(max_length=6, default="e164")
    auth = models.CharField(max_length=6, default="none")
    auth_name = models.CharField(max_length=100, blank=True)
    sealed_secret = models.BinaryField(blank=True, default=b"")
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_sms_gateway_a_tenant")]

    def __str__(self) -> str:
        return self.name


class Trial(TenantModel, Leased):
    """A test of a mail server, cell provider, gateway, layout or mailbox, run by the worker, which shows each step.

    `sealed` holds what is tried, a password among it, and is emptied when the trial is over.
    """

    MAIL, PROVIDER, GATEWAY, LAYOUT, MAILBOX = "mail", "provider", "gateway", "layout", "mailbox"

    kind = models.CharField(max_length=8)
    asked_by = models.CharField(max_length=100)
    stages = models.JSONField(default=list)  # the names of those that there are to reach
    steps = models.JSONField(default=list)
    sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"trial of {self.kind}"


class Message(TenantModel, Leased):
    """Something to deliver to one address of one person, at most once, before its deadline.

        QUEUED ─ claim ▶ SENDING ─ 250 ▶ SENT ─ report ▶ DELIVERED | BOUNCED
          │                 ├─ 4xx, unreachable ▶ RETRYING ─ claim ▶ SENDING …
          │                 ├─ no answer after the final dot ▶ RETRYING once, then SENT with a reply that says so
          │                 └─ 5xx ▶ FAILED
          ├─ deadline ▶ EXPIRED
          └─ called back ▶ CANCELLED
    `sealed` holds the merge values, secrets among them, and is emptied in the statement that ends the message.
    """

    QUEUED, SENDING, RETRYING, SENT, DELIVERED = "queued", "sending", "retrying", "sent", "delivered"
    BOUNCED, FAILED, EXPIRED, CANCELLED = "bounced", "failed", "expired", "cancelled"
    WAITING = (QUEUED, SENDING, RETRYING)
    DEAD = (BOUNCED, FAILED, EXPIRED, CANCELLED)

    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    address = models.ForeignKey("people.Address", null=True, on_delete=models.SET_NULL, related_name="+")
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=5)
    language = models.CharField(max_length=8)
    sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=10, default=QUEUED)
    deadline = models.DateTimeField()
    location = models.ForeignKey(Location, null=True, on_delete=models.SET_NULL, related_name="+")
    elsewhere = models.CharField(max_length=320, blank=True)  # an email that is on nobody's record
    header_id = models.CharField(max_length=255)  # Message-ID, the same on every try
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_reply = models.CharField(max_length=500, blank=True)
    followed_up_at = models.DateTimeField(null=True)  # a dead end that somebody drew the conclusions from
    reported_at = models.DateTimeField(null=True)  # of what it reports; null: when it was written
    again_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="again")
    sent_again_at = models.DateTimeField(null=True)  # an operator had the same written once more

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "person", "created_at"]),
            models.Index(fields=["tenant", "created_at", "id"], name="outbox_by_time"),
            models.Index(fields=["tenant", "state", "created_at"], name="outbox_by_state"),
            models.Index(fields=["tenant", "ended_at"], name="outbox_by_end"),
            models.Index(fields=["tenant", "created_at"], condition=models.Q(ended_at=None), name="outbox_waiting"),
            models.Index(
                fields=["tenant", "elsewhere"], condition=~models.Q(elsewhere=""), name="outbox_by_elsewhere"
            ),
            models.Index(
                fields=["ended_at"],
                condition=models.Q(followed_up_at=None, state__in=("bounced", "failed", "expired")),
                name="outbox_dead_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}: {self.state}"


class Attempt(TenantModel):
    """One try to hand a message over, and what the other side said."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    profile = models.CharField(max_length=100)
    outcome = models.CharField(max_length=12)  # the words of outbox.core
    reply = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "profile", "at"], name="attempts_by_profile")]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%H:%M:%S}"
