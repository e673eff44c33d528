"""A tenant's layouts, their words by language, every version of them, and which layout serves which message."""

from django.db import models

from keyturn.tenants.scope import TenantModel


class StoredLayout(TenantModel):
    """The tenant's own words for one kind of message on one channel, under a name that variables can hold."""

    name = models.CharField(max_length=100)
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=5)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="layout_once_a_tenant")]

    def __str__(self) -> str:
        return self.name


class LayoutText(TenantModel):
    """The words of a layout in one language, as they are sent. `html` is empty where the text alone is shown."""

    layout = models.ForeignKey(StoredLayout, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=100)

    class Meta(TenantModel.Meta):
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["layout", "language"], name="words_once_a_language")]

    def __str__(self) -> str:
        return f"{self.language}, version {self.version}"


class LayoutVersion(TenantModel):
    """What the words were in one version, who saved them and when; never edited."""

    of = models.ForeignKey(LayoutText, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=100)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="layout_version_once")]

    def __str__(self) -> str:
        return f"version {self.number}"


class Variable(TenantModel):
    """Which layout serves a kind of message (M2.5). No row: the built-in words."""

    name = models.CharField(max_length=60)
    layout = models.ForeignKey(StoredLayout, on_delete=models.PROTECT, related_name="variables")

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="variable_once_a_tenant")]

    def __str__(self) -> str:
        return self.name
