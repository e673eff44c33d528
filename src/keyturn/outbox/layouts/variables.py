"""Variables: for each kind of message the name of the layout that it goes out in (M2.5).

Three names are older than the rest and stand in people's manuals; the others are made of purpose and channel. A
variable without a row means the built-in words. What it points at counts from the next message on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyturn.audit import events
from keyturn.outbox.layouts.models import StoredLayout, Variable
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.purposes import PASSWORD_NEW, PIN_CODE, PURPOSES, RECOVERY_LINK

_NAMES = {
    (PIN_CODE, "email"): "PINCODE_EMAIL_BODY",
    (PASSWORD_NEW, "email"): "PASSWORD_EMAIL_NEW",
    (RECOVERY_LINK, "email"): "PASSWORD_EMAIL_CHANGE",
}


@dataclass(frozen=True)
class Named:
    """A variable: its name, and the kind of message that it decides on."""

    name: str
    purpose: str
    channel: str


@dataclass(frozen=True)
class Row:
    """A variable and the name of the layout that it holds; empty for the built-in words."""

    named: Named
    layout_name: str


def name_of(purpose: str, channel: str) -> str:
    """The variable that decides on a purpose by a channel."""
    return _NAMES.get((purpose, channel)) or f"{purpose}_{channel}".upper()


VARIABLES: Mapping[str, Named] = {
    name_of(purpose.name, channel): Named(name_of(purpose.name, channel), purpose.name, channel)
    for purpose in PURPOSES.values()
    for channel in sorted(purpose.channels)
}


def of(purpose: str, channel: str) -> Named:
    """The variable of a kind of message; raises KeyError for one that does not exist."""
    return VARIABLES[name_of(purpose, channel)]


def listing() -> list[Row]:
    """Every variable with what it holds, by name. One statement."""
    held = dict(Variable.objects.values_list("name", "layout__name"))
    return [Row(named, held.get(name, "")) for name, named in sorted(VARIABLES.items())]


def point(name: str, layout_name: str, now: datetime, *, actor: str) -> None:
    """Let a variable hold another layout, or the built-in words (an empty name); raises LayoutRefused."""
    named = VARIABLES.get(name)
    if named is None:
        raise LayoutRefused("not_a_variable", "name")
    with transaction.atomic():
        before = Variable.objects.filter(name=name).values_list("layout__name", flat=True).first() or ""
        if before == layout_name:
            return
        if layout_name:
            hold(named, _held_by(named, layout_name))
        else:
            Variable.objects.filter(name=name).delete()
        told = {"variable": name, "layout": [before, layout_name]}
        events.record("variable.pointed", at=now, actor=actor, **told)


def hold(named: Named, layout: StoredLayout) -> None:
    """Write down what a variable holds."""
    Variable.objects.update_or_create(name=named.name, defaults={"layout": layout})


def _held_by(named: Named, layout_name: str) -> StoredLayout:
    """The layout of exactly this name, locked so that nobody removes it meanwhile."""
    known = StoredLayout.objects.select_for_update().filter(name=layout_name)
    layout = known.first() if "\0" not in layout_name else None  # PostgreSQL does not even look for it
    if layout is None:
        raise LayoutRefused("no_such_layout", "layout")
    if (layout.purpose, layout.channel) != (named.purpose, named.channel):
        raise LayoutRefused("other_purpose", "layout")
    if not layout.texts.exists():
        raise LayoutRefused("no_words", "layout")
    return layout
