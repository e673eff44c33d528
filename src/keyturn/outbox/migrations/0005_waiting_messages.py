"""The few messages that wait, apart from all that were ever sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0004_operators_look"),
        ("people", "0004_keep_what_lists_need"),
        ("tenants", "0002_console"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["tenant", "created_at"], name="outbox_waiting"
            ),
        ),
    ]
