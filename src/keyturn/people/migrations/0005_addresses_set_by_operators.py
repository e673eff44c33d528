"""When an operator changed an address of somebody who was on record before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_keep_what_lists_need")]

    operations = [migrations.AddField("address", "set_by_operator_at", models.DateTimeField(null=True))]
