"""Judging words before they are shown or saved: taken, cleaned, and looked at for every problem."""

from dataclasses import dataclass, replace

from keyturn.lib import origins
from keyturn.outbox.layouts import cleaning, samples
from keyturn.outbox.layouts.core import problems
from keyturn.outbox.layouts.core.problems import Asked, Problem
from keyturn.outbox.layouts.core.words import Words, taken
from keyturn.outbox.purposes import ITEMS, PURPOSES
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant, TenantHost


@dataclass(frozen=True)
class Judged:
    """The words as they may be kept, what the cleaning left out, and every problem."""

    words: Words
    removed: frozenset[str]
    problems: tuple[Problem, ...]


def judge(purpose: str, channel: str, raw: Words) -> Judged:
    """Judge words for one kind of message; raises WordsRefused for what cannot even be looked at."""
    words, tenant = taken(raw), Tenant.objects.get(pk=scope.current_id())
    if channel == problems.SMS:
        words = Words("", words.text)
    cleaned = cleaning.clean(words.html) if words.html else cleaning.Cleaned("")
    words = replace(words, html=cleaned.html)
    asked = Asked(
        channel=channel,
        required=PURPOSES[purpose].required,
        allowed=PURPOSES[purpose].allowed,
        secrets=_SECRETS,
        own_hosts=_own_hosts(tenant),
        price=tenant.sms_price,
        samples=samples.values(tenant),
        removed=cleaned.removed,
    )
    return Judged(words, cleaned.removed, problems.find(words, asked))


_SECRETS = frozenset(name for name, item in ITEMS.items() if item.kind == "secret") | {"LINK"}


def _own_hosts(tenant: Tenant) -> frozenset[str]:
    hosts = TenantHost.objects.filter(tenant=tenant).values_list("host", flat=True)
    return frozenset({*hosts, origins.mail_domain(tenant.public_url).strip("[]")})
