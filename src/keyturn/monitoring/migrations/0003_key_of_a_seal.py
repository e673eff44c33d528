"""Which key a mailbox's secret was sealed with, so that those of an old one are found after a rotation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_handing")]

    operations = [
        migrations.AddField("mailbox", "sealed_with", models.CharField(blank=True, max_length=16)),
        migrations.AddIndex("mailbox", models.Index(fields=["tenant", "sealed_with"], name="mailboxes_by_key")),
    ]
