"""Accounts in directories, and what the built-in directory keeps about them."""

from django.db import models

from keyturn.tenants.scope import TenantModel


class RegisteredDirectory(TenantModel):
    """A place where a tenant's passwords live; `kind` names its connector in the registry."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=30, default="builtin")

    class Meta(TenantModel.Meta):
        verbose_name_plural = "registered directories"
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="directory_once_a_tenant")]

    def __str__(self) -> str:
        return self.name


class Account(TenantModel):
    """A person's login in one directory.

    `credential_epoch` grows by one at each change of password; no session, ticket or temporary password made
    under an older epoch is honoured.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="accounts")
    directory = models.ForeignKey(RegisteredDirectory, on_delete=models.PROTECT, related_name="+")
    login = models.CharField(max_length=254)
    login_key = models.CharField(max_length=254)
    credential_epoch = models.PositiveIntegerField(default=0)
    password_changed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "login_key"], name="login_once_a_tenant")]

    def __str__(self) -> str:
        return f"account of {self.person_id}"


class StoredPassword(TenantModel):
    """The built-in directory's password of an account, as an Argon2id hash. No row: none was ever set."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    hash = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"password of {self.account_id}"


class TemporaryPassword(TenantModel):
    """A pending credential beside an untouched original (M0.4), one per channel, each with its own lifetime.

    What an operator typed for somebody on the telephone is one, too: its channel is `told`, no message carries it.

        LIVE ── sign in ──▶ USED ── own password set ──▶ REPLACED
          ├── original used, password changed, other channel used, revoked ──▶ CANCELLED
          ├── asked again ──▶ SUPERSEDED
          └── message refused, bounced or given up ──▶ DEAD
    Expiry is judged when it is used; no duty has to run for it.
    """

    LIVE, USED, REPLACED = "live", "used", "replaced"
    CANCELLED, SUPERSEDED, DEAD = "cancelled", "superseded", "dead"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=5)
    hash = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default=LIVE)
    credential_epoch = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.UUIDField(null=True)  # outbox.Message, one floor away and only asked whether it is dead
    recovery_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant", "message_id"]),
            models.Index(fields=["tenant", "recovery_id"], name="passwords_of_a_recovery"),
            models.Index(fields=["tenant", "state", "expires_at"], name="temporary_passwords_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "channel"],
                condition=models.Q(state="live"),
                name="one_live_temporary_password_a_channel",
            )
        ]

    def __str__(self) -> str:
        return f"temporary password of {self.account_id} by {self.channel}: {self.state}"
