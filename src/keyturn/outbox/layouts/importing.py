"""*Import default layouts* (M2.4): the built-in words become layouts of the organization, to be edited.

One layout for each variable, in every built-in language, named as the message is called in the console. What is
there stays as it is; a variable that points nowhere points at the imported one afterwards.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation

from keyturn.audit import events
from keyturn.outbox import channels, saying
from keyturn.outbox.layouts.core.words import FOOTER_BEGINS, Words
from keyturn.outbox.layouts.models import LayoutText, LayoutVersion, StoredLayout, Variable
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.layouts.variables import VARIABLES, Named, hold
from keyturn.outbox.wording import WORDINGS, Wording
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


@dataclass(frozen=True)
class Imported:
    """How many layouts are new, and how many were there already."""

    created: int
    kept: int


@transaction.atomic
def import_defaults(now: datetime, *, actor: str) -> Imported:
    """Copy the built-in words; refused (no_environment_name) until the tenant has an environment name."""
    tenant = Tenant.objects.select_for_update().get(pk=scope.current_id())
    if not tenant.environment_name:
        raise LayoutRefused("no_environment_name", "environment_name")
    there = set(StoredLayout.objects.values_list("name", flat=True))
    pointing = set(Variable.objects.values_list("name", flat=True))
    created = 0
    for named, name in _named(tenant.language):
        if name not in there:
            layout = _imported(named, name, now, actor)
            created += 1
            if named.name not in pointing:
                hold(named, layout)
    kept = len(VARIABLES) - created
    events.record("layouts.imported", at=now, actor=actor, created=created, kept=kept)
    return Imported(created, kept)


def default_words(named: Named, words: Wording) -> Words:
    """The built-in words of one language, as somebody would have typed them."""
    layout = words.layouts[named.purpose, named.channel]
    if named.channel == channels.SMS:
        return Words("", layout.text.strip())
    return Words(layout.subject, f"{layout.text.rstrip()}\n{FOOTER_BEGINS}{words.footer}")


def _named(language: str) -> list[tuple[Named, str]]:
    """Every variable with the name of its default layout, in the organization's language."""
    suffix = {channels.EMAIL: "email", channels.SMS: "SMS"}
    with translation.override(language):
        return [(one, f"{saying.purpose(one.purpose)} ({suffix[one.channel]})") for one in VARIABLES.values()]


def _imported(named: Named, name: str, now: datetime, actor: str) -> StoredLayout:
    layout = StoredLayout.objects.create(name=name, purpose=named.purpose, channel=named.channel, created_at=now)
    for words in WORDINGS.values():
        said = default_words(named, words)
        columns = {"subject": said.subject, "text": said.text, "saved_at": now, "saved_by": actor}
        text = LayoutText.objects.create(layout=layout, language=words.language, **columns)
        LayoutVersion.objects.create(of=text, number=1, **columns)
    return layout
