"""Sessions of people, in browsers and apps. Only the digest of a token is kept."""

from django.db import models

from keyturn.tenants.scope import TenantModel


class Session(TenantModel):
    """One signed-in browser or app.

    Dies at `expires_at`, at `ended_at`, when the account's `credential_epoch` moved on, when the person is not
    active any more, and when the tenant is suspended: all of it asked at every use. A `restricted` one was
    opened with a temporary password and can do nothing but set a new one.
    """

    WEB, API = "web", "api"

    account = models.ForeignKey("directories.Account", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=3, choices=[(WEB, "web"), (API, "api")])
    digest = models.CharField(max_length=64, unique=True)
    credential_epoch = models.PositiveIntegerField()
    temporary_password_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} session of {self.account_id}"

    @property
    def is_restricted(self) -> bool:
        """Whether this session may only set a new password."""
        return self.temporary_password_id is not None
