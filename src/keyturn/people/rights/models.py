"""Permissions, profiles that bundle them, and what a person has of both; exceptions for single companies."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keyturn.tenants.scope import TenantModel


class Permission(TenantModel):
    """Something that a program of the tenant lets people do. `key` is what programs read.

    The kinds after `elevated` never pass to a user made by a PIN code, whatever `is_cloneable` says (M2.10).
    """

    class Kind(models.TextChoices):
        """How much harm it could do in a stranger's hands."""

        PLAIN = "plain", _("Plain")
        ELEVATED = "elevated", _("Elevated")
        ADMINISTRATION = "administration", _("Administration")
        HELPDESK = "helpdesk", _("Helpdesk")
        PIN_ISSUING = "pin_issuing", _("Issuing PIN codes")
        EXPORT = "export", _("Export")
        MAILBOX_HOSTS = "mailbox_hosts", _("Editing mailbox hosts")

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.PLAIN)
    is_cloneable = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=0)  # grows with each change, so that two editors notice each other

    class Meta(TenantModel.Meta):
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="permission_once_a_tenant")]

    def __str__(self) -> str:
        return self.key


class LoweredPermission(TenantModel):
    """That a permission of this key stood above the plain until it was made plain, or removed.

    While the row is there the key counts as elevated where PIN codes are mailed, whatever became of it (M2.8).
    """

    key = models.CharField(max_length=60)  # in small letters
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="lowered_once_a_tenant")]

    def __str__(self) -> str:
        return self.key


class Profile(TenantModel):
    """Permissions that go together."""

    key = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    is_cloneable = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=0)  # grows with each change, so that two editors notice each other

    class Meta(TenantModel.Meta):
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="profile_once_a_tenant")]

    def __str__(self) -> str:
        return self.key


class ProfilePermission(TenantModel):
    """That a profile holds a permission."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="holds")
    permission = models.ForeignKey(Permission, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["profile", "permission"], name="permission_once_a_profile")]

    def __str__(self) -> str:
        return f"{self.permission_id} in {self.profile_id}"


class PersonPermission(TenantModel):
    """That a person has a permission without any profile."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    permission = models.ForeignKey(Permission, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "permission"], name="permission_once_a_person")]

    def __str__(self) -> str:
        return f"{self.permission_id} of {self.person_id}"


class PersonProfile(TenantModel):
    """That a person has a profile."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "profile"], name="profile_once_a_person")]

    def __str__(self) -> str:
        return f"{self.profile_id} of {self.person_id}"


class CompanyException(TenantModel):
    """A company of the tenant in which a person may work, or not, whatever the profiles say."""

    class Effect(models.TextChoices):
        """What the exception does."""

        ALLOW = "allow", _("May work for it")
        DENY = "deny", _("May not work for it")

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    company = models.CharField(max_length=100)
    effect = models.CharField(max_length=5, choices=Effect.choices)

    class Meta(TenantModel.Meta):
        ordering = ["company"]
        constraints = [models.UniqueConstraint(fields=["person", "company"], name="company_once_a_person")]

    def __str__(self) -> str:
        return f"{self.effect} {self.company}"
