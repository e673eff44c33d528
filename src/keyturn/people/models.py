"""People a tenant knows, and where we may write to them."""

from uuid import uuid4

from django.db import models

from keyturn.tenants.scope import TenantModel


class Person(TenantModel):
    """Somebody whose password it is."""

    ACTIVE, INACTIVE = "active", "inactive"

    identifier = models.CharField(max_length=254)  # as given
    identifier_key = models.CharField(max_length=254)  # what is compared; see people.identifiers
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, default=ACTIVE, choices=[(ACTIVE, "active"), (INACTIVE, "inactive")])
    language = models.CharField(max_length=8, blank=True)  # empty: the tenant's
    allow_mobile_password_reset = models.BooleanField(default=False)
    cell_provider = models.ForeignKey("outbox.CellProvider", null=True, on_delete=models.SET_NULL, related_name="+")
    needs_second_operator = models.BooleanField(default=False)  # a mark: resets need another operator's word
    first_mail_due = models.BooleanField(default=False)  # made by an operator, and never sent a way in (M3.8)
    version = models.PositiveIntegerField(default=0)  # grows with each change, so that two editors notice each other
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "identifier_key"], name="identifier_once_a_tenant"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Whether this person may sign in and recover."""
        return self.status == self.ACTIVE


class Address(TenantModel):
    """An email address or phone number of a person.

    Mail always goes to `raw`. `key` finds it (see lib.addresses and lib.phones); `lowered` is the key with ASCII
    letters lowered. Only addresses that `finds_person` are unique.
    """

    EMAIL, PHONE = "email", "phone"
    SMS, MOBILE, OFFICE, HOME = "sms", "mobile", "office", "home"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=5, choices=[(EMAIL, "email"), (PHONE, "phone")])
    phone_type = models.CharField(max_length=6, blank=True, choices=[(t, t) for t in (SMS, MOBILE, OFFICE, HOME)])
    raw = models.CharField(max_length=320)
    key = models.CharField(max_length=320)
    lowered = models.CharField(max_length=320)
    finds_person = models.BooleanField(default=True)
    may_receive = models.BooleanField(default=True)
    is_main = models.BooleanField(default=False)  # the email that recovery writes to
    verified_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    set_by_person_at = models.DateTimeField(null=True)  # null: loaded or set by an operator, never "fresh"

    class Meta(TenantModel.Meta):
        verbose_name_plural = "addresses"
        indexes = [models.Index(fields=["tenant", "key"]), models.Index(fields=["tenant", "lowered"])]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "lowered"],
                condition=models.Q(finds_person=True),
                name="address_finds_one_person",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(is_main=True), name="one_main_email_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Route(models.Model):
    """The installation's routing table: a keyed digest of a phone or email, and the tenant that handles it.

    Belongs to no tenant, because it is what finds the tenant. A phone that finds a person has one tenant; an
    email may be known in several.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=5)
    digest = models.CharField(max_length=64)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(kind=Address.PHONE), name="phone_once_an_installation"
            ),
            models.UniqueConstraint(fields=["kind", "digest", "tenant"], name="route_once_a_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}…"
