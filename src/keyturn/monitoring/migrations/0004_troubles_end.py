"""Hosts in trouble: told of once, and asked again by one mailbox. Sightings are found by age, so that they can go."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0003_key_of_a_seal")]

    operations = [
        migrations.AddField("hosttrouble", "told_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "hosttrouble",
            "knocking",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="monitoring.mailbox",
            ),
        ),
        migrations.AddField("hosttrouble", "knocked_at", models.DateTimeField(null=True)),
        migrations.AddIndex("sighting", models.Index(fields=["tenant", "at"], name="sightings_by_age")),
    ]
