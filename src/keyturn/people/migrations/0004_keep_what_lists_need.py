"""People who were on record before: their terms, and how they are reached."""

from itertools import islice

from django.db import migrations

from keyturn.people.core import terms
from keyturn.tenants import scope

_CHUNK = 500


def keep(apps, schema_editor):
    """Tenant by tenant, each in its own room, for the walls stand while this runs."""
    for tenant_id in apps.get_model("tenants", "Tenant").objects.values_list("id", flat=True):
        with scope.inside(tenant_id):
            people = apps.get_model("people", "Person").objects.filter(tenant_id=tenant_id).iterator(_CHUNK)
            while chunk := list(islice(people, _CHUNK)):
                _keep(apps, tenant_id, {person.pk: person for person in chunk})


def _keep(apps, tenant_id, people):
    found = {key: terms.of_name(one.name) | terms.of_text(one.identifier) for key, one in people.items()}
    addresses = apps.get_model("people", "Address").objects.filter(tenant_id=tenant_id, person_id__in=people)
    for address in addresses:
        is_phone = address.kind == "phone"
        found[address.person_id] |= terms.of_number(address.key) if is_phone else terms.of_text(address.raw)
        if address.is_main:
            person = people[address.person_id]
            person.reach = "bounced" if address.bounced_at else "reached" if address.may_receive else "silent"
            person.can_be_reached = person.reach == "reached" and person.status == "active"
    apps.get_model("people", "Person").objects.bulk_update(people.values(), ["reach", "can_be_reached"])
    model = apps.get_model("people", "SearchTerm")
    rows = (
        model(tenant_id=tenant_id, person_id=key, term=term) for key, several in found.items() for term in several
    )
    model.objects.bulk_create(list(rows), batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("people", "0003_lists_search_and_imports"), ("tenants", "0002_console")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
