"""Choosing the location from which an operator writes: on one's own page, and on the page of an operator."""

from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyturn.door.forms import Form
from keyturn.operators.models import Operator
from keyturn.outbox import locations

_GONE = _("This location is not there any more. Choose another one.")


class LocationForm(Form):
    """One field; empty means the mail servers of the organization."""

    def __init__(self, operator: Operator, *, posted: QueryDict | None = None):
        super().__init__("location", posted=posted)
        self["location"].value = str(operator.default_location_id or "")
        self.choices = [(str(one.pk), one.name) for one in locations.listed()]

    def chosen(self) -> UUID | None:
        """The location that was sent, looked up in this tenant; refused at its field when there is none."""
        sent = self["location"].value = self.only("location")[:36]
        if sent and sent not in dict(self.choices):
            self.refuse("location", _GONE)
        return UUID(sent) if sent and not self.refused else None
