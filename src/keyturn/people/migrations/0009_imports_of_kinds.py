"""Imports of other things than people, and what of a file only the worker may see."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_lowered_permissions")]

    operations = [
        migrations.AddField("import", "kind", models.CharField(max_length=10, default="people")),
        migrations.AddField("importfile", "sealed", models.BinaryField(null=True)),
    ]
