"""Operators: staff who sign in to the console. Installation owners belong to no tenant."""

from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from keyturn.operators import roles
from keyturn.operators.factors.models import AuthenticatorApp, Passkey, PasskeyChallenge, RecoveryCode
from keyturn.operators.roles import Role
from keyturn.tenants.scope import TenantModel

__all__ = [
    "ApiKey",
    "AuthenticatorApp",
    "InstallationEvent",
    "Operator",
    "OperatorSession",
    "Passkey",
    "PasskeyChallenge",
    "RecoveryCode",
    "WelcomeLink",
]


class Operator(AbstractBaseUser):
    """A member of a tenant's staff, or, without a tenant, an owner of the installation."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", null=True, on_delete=models.CASCADE, related_name="+")
    username = models.CharField(max_length=150)
    email = models.CharField(max_length=254, blank=True)
    role = models.CharField(max_length=13, default=Role.OWNER, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    default_location = models.ForeignKey("outbox.Location", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(null=True)
    last_signed_in_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "username"], name="operator_once_a_tenant"),
            models.UniqueConstraint(
                fields=["username"], condition=models.Q(tenant=None), name="owner_once_an_installation"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_installation_owner(self) -> bool:
        """Whether this is an owner of the installation, who belongs to no tenant."""
        return self.tenant_id is None

    @property
    def rank(self) -> int:
        """Nobody acts on somebody of equal or higher rank (operators.roles)."""
        return roles.INSTALLATION_OWNER if self.is_installation_owner else roles.RANKS[Role(self.role)]

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Whether this operator may do something; Django's question, answered by the role alone."""
        return self.is_active and (self.is_installation_owner or roles.may(self.role, permission))

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        """Whether this operator may do all of it."""
        return all(self.has_perm(permission, obj) for permission in permissions)


class OperatorSession(models.Model):
    """One browser in which an operator signed in. Only the digest of its token is kept.

    Dies at `expires_at`, at `ended_at`, when the operator is switched off and when the tenant is suspended: all of
    it asked at every use. While it is `awaiting` something (a second factor), it opens that page and no other.
    """

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="sessions")
    tenant = models.ForeignKey("tenants.Tenant", null=True, on_delete=models.CASCADE, related_name="+")  # acted in
    digest = models.CharField(max_length=64, unique=True)
    awaiting = models.CharField(max_length=20, blank=True)
    second_factor = models.CharField(max_length=13, blank=True)  # what was proven besides the password
    confirmed_at = models.DateTimeField()  # when the operator last proved to be the operator
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"session of {self.operator_id}"


class WelcomeLink(models.Model):
    """A link, good once, by which an operator chooses a password. Only its digest is kept."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    resets_factors = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"welcome for {self.operator}"


class InstallationEvent(models.Model):
    """A fact about the installation itself, which belongs to no tenant's audit; never edited, holds no secret."""

    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=60)  # noun.past_tense
    actor = models.CharField(max_length=100)
    subject = models.CharField(max_length=100, blank=True)
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action}"


class ApiKey(TenantModel):
    """What a program of the tenant shows with its calls. Only the digest is kept; `scopes` say what it may ask."""

    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)  # of the key, so that people can tell one from another
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
