"""What lists need is kept with every change."""

import pytest

from keyturn.people import changes
from keyturn.people.models import Person


@pytest.mark.parametrize(("status", "can"), [("active", True), ("inactive", False)])
def test_somebody_can_be_reached_while_active_with_an_email_that_works(mara, now, status, can):
    changes.set_status(mara, status, now)
    assert Person.objects.get(pk=mara.pk).can_be_reached is can
    changes.set_email(mara, "", now)
    assert Person.objects.get(pk=mara.pk).can_be_reached is False
