"""From a queued message to the words that go out: unseal, choose the layout, merge, render."""

import json

import structlog

from keyturn.lib import origins, seal
from keyturn.outbox import channels, mail_page, render
from keyturn.outbox.bounces import return_path
from keyturn.outbox.layouts import drafted
from keyturn.outbox.layouts.core.words import WordsRefused
from keyturn.outbox.layouts.models import LayoutVersion
from keyturn.outbox.mail_page import Look
from keyturn.outbox.models import Message
from keyturn.outbox.posting import sealed_for
from keyturn.outbox.render import Rendered
from keyturn.outbox.transports.base import Outgoing, Picture
from keyturn.outbox.wording import Wording, wording
from keyturn.tenants.models import Tenant

log = structlog.get_logger("keyturn.outbox")


def draft(message: Message) -> Outgoing:
    """The message in words; the address is the one on record now, never one that somebody typed.

    Raises SealBroken, MergeRefused or KeyError for a message that cannot be written; it never will be.
    """
    words = wording(message.language or message.tenant.language)
    given = json.loads(seal.unseal("outbox", message.sealed, sealed_for(message)))
    values = {**_known(message, words), **given}
    rendered = _in_own_words(message, values) or _in_built_in_words(message, values, words)
    return Outgoing(
        to=message.address.raw if message.address else message.elsewhere,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        header_id=message.header_id,
        written_at=message.created_at,
        sender_name=message.tenant.name,
        sender_host=origins.mail_domain(message.tenant.public_url),
        return_path=return_path.of(message.id),
        secrets=(
            *given.values(),
            *(value.rpartition("/")[2] for value in given.values()),
        ),  # a link's token alone, too
        pictures=pictures(message.tenant, rendered.html),
    )


def look_of(tenant: Tenant) -> Look:
    """How this organization's mails look; its logo is sent along and found by its Content-ID (RFC 2392)."""
    return Look(tenant.accent_colour or mail_page.ACCENT, f"cid:{_logo_id(tenant)}" if tenant.logo else "")


def pictures(tenant: Tenant, html: str) -> tuple[Picture, ...]:
    """What is sent along with a mail: the logo, where the mail shows it."""
    if not tenant.logo or f'src="cid:{_logo_id(tenant)}"' not in html:
        return ()
    return (Picture(_logo_id(tenant), tenant.logo_type, bytes(tenant.logo)),)


def _logo_id(tenant: Tenant) -> str:
    return f"logo.{tenant.id.hex}@keyturn"


def _in_own_words(message: Message, values: dict[str, str]) -> Rendered | None:
    """In the organization's words, where it has any for this kind of message that can be sent."""
    tenant = message.tenant
    chosen = drafted.chosen(message.purpose, message.channel, (message.language or tenant.language, tenant.language))
    if chosen is None:
        return None
    try:
        return drafted.stored(chosen, look_of(tenant)).filled(values)
    except WordsRefused as problem:  # saved under other limits; people must get back in all the same
        log.warning("layout.refused", variable=chosen.named.name, reason=problem.reason)
    except LayoutVersion.DoesNotExist:  # somebody removed the layout at this moment
        log.warning("layout.gone", variable=chosen.named.name)
    return None


def _in_built_in_words(message: Message, values: dict[str, str], words: Wording) -> Rendered:
    layout = words.layouts[message.purpose, message.channel]
    if message.channel == channels.SMS:
        return render.sms(layout, values)
    return render.mail(layout, values, words, look_of(message.tenant))


def _known(message: Message, words: Wording) -> dict[str, str]:
    """The items that every message may borrow (purposes.KNOWN); all the same on every try."""
    tenant = message.tenant
    minutes = (message.deadline - message.created_at).total_seconds() // 60
    return {
        "PERSON_NAME": message.person.name if message.person else "",
        "TENANT": tenant.name,
        "ENVIRONMENT": tenant.environment_name or tenant.name,
        "SUPPORT": tenant.support_contact or words.without_support,
        "SIGN_IN_LINK": f"{tenant.public_url.rstrip('/')}/sign-in",
        "EXPIRES_MINUTES": str(int(minutes)),
        "WHEN": f"{message.reported_at or message.created_at:%Y-%m-%d %H:%M} UTC",
    }
