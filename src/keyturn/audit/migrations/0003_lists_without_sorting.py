"""The indexes by which the audit is looked through end with the id, so that no page of it is sorted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_heads"),
        ("tenants", "0002_console"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="event",
            name="audit_event_tenant__72b0bb_idx",
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="audit_by_action",
        ),
        migrations.RemoveIndex(
            model_name="event",
            name="audit_by_actor",
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["tenant", "action", "at", "id"], name="audit_by_action"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["tenant", "actor", "at", "id"], name="audit_by_actor"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["tenant", "subject", "at", "id"], name="audit_by_subject"),
        ),
    ]
