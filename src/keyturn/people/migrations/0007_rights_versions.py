"""Numbers by which two operators who edit one permission or profile notice each other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_rights_and_pins")]

    operations = [
        migrations.AddField("permission", "version", models.PositiveIntegerField(default=0)),
        migrations.AddField("profile", "version", models.PositiveIntegerField(default=0)),
    ]
