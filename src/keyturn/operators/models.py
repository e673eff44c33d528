"""Operators: staff who sign in to the console. Installation owners belong to no tenant."""

from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class Operator(AbstractBaseUser):
    """A member of a tenant's staff, or, without a tenant, an owner of the installation."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", null=True, on_delete=models.CASCADE, related_name="+")
    username = models.CharField(max_length=150)
    email = models.CharField(max_length=254, blank=True)
    is_active = models.BooleanField(default=True)

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


class WelcomeLink(models.Model):
    """A link, good once, by which a new owner chooses a password. Only its digest is kept."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"welcome for {self.operator}"
