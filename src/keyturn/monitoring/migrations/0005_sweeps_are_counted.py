"""What the watch did in each minute, so that its progress is told without counting mailboxes."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import keyturn.tenants.scope


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0004_troubles_end"), ("tenants", "0004_mailboxes")]

    operations = [
        migrations.CreateModel(
            name="SweepMinute",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("minute", models.DateTimeField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("unreachable", models.PositiveIntegerField(default=0)),
                (
                    "tenant",
                    models.ForeignKey(
                        default=keyturn.tenants.scope._current_or_none,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddConstraint(
            "sweepminute", models.UniqueConstraint(fields=["tenant", "minute"], name="one_sweep_a_minute")
        ),
    ]
