"""People a tenant knows, and where we may write to them."""

from uuid import uuid4

from django.db import models

from keyturn.lib.leases import Leased
from keyturn.people.rights.models import (
    CompanyException,
    Permission,
    PersonPermission,
    PersonProfile,
    Profile,
    ProfilePermission,
)
from keyturn.tenants.scope import TenantModel

__all__ = [
    "Address",
    "CompanyException",
    "Import",
    "ImportFile",
    "Permission",
    "Person",
    "PersonPermission",
    "PersonProfile",
    "Profile",
    "ProfilePermission",
    "RefusedRow",
    "Route",
    "SearchTerm",
]


class Person(TenantModel):
    """Somebody whose password it is."""

    ACTIVE, INACTIVE = "active", "inactive"
    PENDING = "pending"  # made with a PIN code; becomes active by signing in with the mailed temporary password
    REACHED, NO_EMAIL, BOUNCED, SILENT = "reached", "no_email", "bounced", "silent"

    identifier = models.CharField(max_length=254)  # as given
    identifier_key = models.CharField(max_length=254)  # what is compared; see people.identifiers
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=10, default=ACTIVE, choices=[(s, s) for s in (ACTIVE, INACTIVE, PENDING)])
    has_pin = models.BooleanField(default=False)  # holds a live PIN code; enrollment keeps it, lists show it
    language = models.CharField(max_length=8, blank=True)  # empty: the tenant's
    allow_mobile_password_reset = models.BooleanField(default=False)
    cell_provider = models.ForeignKey("outbox.CellProvider", null=True, on_delete=models.SET_NULL, related_name="+")
    needs_second_operator = models.BooleanField(default=False)  # a mark: resets need another operator's word
    first_mail_due = models.BooleanField(default=False)  # made by an operator, and never sent a way in (M3.8)
    version = models.PositiveIntegerField(default=0)  # grows with each change, so that two editors notice each other
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True)
    reach = models.CharField(max_length=8, default=NO_EMAIL)  # how the main email stands; people.keeping writes it
    can_be_reached = models.BooleanField(default=False)  # active, and the main email takes mail

    class Meta(TenantModel.Meta):
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "identifier_key"], name="identifier_once_a_tenant"),
        ]
        indexes = [  # each list of the console walks one of them, however many people there are
            models.Index(fields=["tenant", "name", "id"], name="people_by_name"),
            models.Index(fields=["tenant", "status", "name", "id"], name="people_by_status"),
            models.Index(fields=["tenant", "reach", "name", "id"], name="people_by_reach"),
            models.Index(fields=["tenant", "can_be_reached", "name", "id"], name="people_by_reachability"),
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
    letters lowered. Only addresses that `finds_person` are unique. One that was taken off record hears of changes
    until `told_until` (ASVS 7.5.1) and serves nothing else.
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
    set_by_person_at = models.DateTimeField(null=True)  # null: there from the beginning, or set by somebody else
    set_by_operator_at = models.DateTimeField(null=True)  # null: there from the beginning, or set by somebody else
    told_until = models.DateTimeField(null=True)  # null: on record

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


class SearchTerm(TenantModel):
    """Something that finds a person in the console's search, in the form of people.core.terms."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    term = models.BinaryField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "term", "person"], name="people_by_term")]

    def __str__(self) -> str:
        return f"term of {self.person_id}"


class Import(TenantModel, Leased):
    """A CSV file on its way onto the record: read by a worker, some rows at a time. `kind` says what it is of.

        WAITING ─ claim ▶ RUNNING ─ last row ▶ DONE
           └─────────────────┴─ an operator ▶ CANCELLED
    `next_row` is the first row that was not looked at yet; it moves in the transaction that saves the rows before.
    """

    WAITING, RUNNING, DONE = "waiting", "running", "done"
    CANCELLED = "cancelled"
    UNDER_WAY = (WAITING, RUNNING)

    kind = models.CharField(max_length=10, default="people")
    file_name = models.CharField(max_length=200)
    is_trial = models.BooleanField()
    started_by = models.CharField(max_length=100)
    state = models.CharField(max_length=10, default=WAITING)
    rank = models.PositiveSmallIntegerField()  # of whoever started it; nobody of it or above is changed
    rows = models.PositiveIntegerField(default=0)
    next_row = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant", "created_at"], name="imports_by_age")]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"


class ImportFile(TenantModel):
    """The bytes of an import, apart from the row that counts its progress; destroyed some days after its end."""

    of = models.OneToOneField(Import, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField()
    sealed = models.BinaryField(null=True)  # secrets of its rows, destroyed when the last one is taken

    def __str__(self) -> str:
        return f"file of {self.of_id}"


class RefusedRow(TenantModel):
    """A row of a file that was not taken, and why; what stood in it is read from the file."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="refusals")
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=60)
    reason = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["of", "line"], name="refused_once_a_line")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
