"""From a queued message to the words that go out: unseal, choose the layout, merge, render."""

import json

from keyturn.lib import origins, seal
from keyturn.outbox import channels, render
from keyturn.outbox.bounces import return_path
from keyturn.outbox.models import Message
from keyturn.outbox.posting import sealed_for
from keyturn.outbox.transports.base import Outgoing
from keyturn.outbox.wording import Wording, wording


def draft(message: Message) -> Outgoing:
    """The message in words; the address is the one on record now, never one that somebody typed.

    Raises SealBroken, MergeRefused or KeyError for a message that cannot be written; it never will be.
    """
    words = wording(message.language or message.tenant.language)
    given = json.loads(seal.unseal("outbox", message.sealed, sealed_for(message)))
    values = {**_known(message, words), **given}
    layout = words.layouts[message.purpose, message.channel]
    if message.channel == channels.EMAIL:
        rendered = render.mail(layout, values, words, message.tenant.accent_colour or render.ACCENT)
    else:
        rendered = render.sms(layout, values)
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
    )


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
