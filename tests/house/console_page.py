"""Writes docs/console.md: what each setting does, from the settings themselves, so that it cannot lie.

python -m tests.house.console_page            writes it
python -m tests.house.console_page --check    exits with 1 when it is out of date
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/console.md"
_HEAD = """\
# The console

Where a tenant's staff set Keyturn up, help people on the telephone, and see what happened: `/console/` on the
tenant's own address. Search stands first on every page; `/` puts the cursor there. Four roles (`owner`,
`administrator`, `helpdesk`, `auditor`) decide what somebody sees. Changing a setting asks again who you are after
ten minutes.

A change that could keep people from recovering is counted before it is saved: how many, and who. Two who save at
the same time are told apart: the second sees what changed and loses nothing typed. Every change is in the audit
with what was and what is, and no secret.

This page is written by `python -m tests.house.console_page` from the settings themselves; `make lint` asks
whether it is up to date. A [world file](world.md) sets the same settings by the names in the second column.
"""
_RECOVERY = """\
Whatever stands here, one address gets 3 recovery messages in an hour and 10 in a day at most, from all tenants
together; then one an hour still goes. What operators send counts against the operators.
"""
_PINS = """\
A PIN code is given on a person's page, which says before what a new user would get, and what is never passed on and
why. Whatever carried no tick is left out, and so is what was granted after the page was made. Nobody is shown more
of the code than its first four signs: it is mailed, to another address than its owner's own when a second operator
agrees, where it passes on something above the plain. *Sign-ups* lists everybody who used one or tried, by the
reference that they were shown.
"""
_MAIL = """\
Servers and services are tried in order, the next when one cannot take a message. Passwords lie sealed for one
server, port and user name, keys for one service, region and account: pointed elsewhere, a profile asks for them
again. *Test settings* tries what stands in the form, saved or not, and shows each step: name resolved, connected,
greeted, protected (with the certificate's name and last day), signed in, sender accepted, recipient accepted,
handed over. What an operator describes reaches public addresses on the ports of mail alone, unless
[KEYTURN_EGRESS_ALLOW](settings.md) opens others; a world file's profiles are the owner's.

A *mail service* asks for a key and no more: it is reached over HTTPS at the address below, which is ours and never
typed, with TLS checked and no redirect followed. An answer of 200 to 299 is success; 401 and 403 mean the key, and
like every other refusal that is not about the recipient they leave the message to the next profile; what the service
says of the recipient ends the message; 408, 409, 420, 423, 425, 429 and 500 upwards are tried again later. Clicks are
not tracked, where the service lets a mail say so: a link that leads elsewhere first is one that a careful person
does not open. No service reports to our return path, so what bounces after it was taken over is read at the service
alone, and does not end what the message carried. An organization whose address is a bare number, such as
`https://203.0.113.7`, fills in a *Sender's address*: no service takes one at a number, and the message goes to the
next profile.
"""
_SERVICES = """\
| service | asked at | Message-ID of every try | clicks |
|---|---|---|---|"""
_LOCATIONS = """\
A location is tried by its own profiles, in their order; one without any sends by the organization's. An operator's
default location, which the operator chooses under *Your sign-in* and an owner on the operator's page, decides by
whose servers goes what that operator has sent to an address: PIN codes, and welcome links of
colleagues below an owner. An owner's link goes by the installation's server alone; where the organization has its
own, it is shown to the owner who asked for it.
"""
_SMS = """\
A *cell provider* is a carrier's email-to-SMS gateway: a domain and the form of the number before the @
(`10-digit`, `with-country-code`, `e164`, or a pattern of `{cc}`, `{national}`, letters, digits and `+ . _ -`),
and the last day on which it is known to work. *Test provider* sends a real text and shows what the mail server
answered.

The *HTTP gateway* is asked by one POST with the number and the text, as JSON or as form fields. An answer of 200
to 299 is success; 401 to 405, 407, 415 and redirects, which are not followed, are about our settings, so the
carrier is tried next; 408, 409, 420, 423, 425, 429 and 500 upwards are tried again later; anything else refuses this
message for good.
"""
_ADDRESSES = """\
Beside these stand the telephone numbers established for the tenant: how many lead here, and which of its people's
own numbers lead to somebody else. Nothing of another tenant is named or counted.
"""
_LOOKS = """\
The logo is a PNG picture of 1024 by 1024 pixels and 64 KB at most, taken apart and put together again without
anything but the picture. It stands on the pages and travels inside every mail. A colour in which words could
not be read on white is refused; on dark pages it is made lighter until they can.
"""
_LAYOUTS = """\
What a layout may say and what becomes of it stands in [layouts.md](layouts.md). *Import default layouts* is refused
until the organization has an *Environment name* (*Looks*).

The builder shows the words beside how they would arrive: HTML and text, as wide as a desk or a phone, for a sample
person or one who was searched, never with a real secret. The HTML stands in a frame that may run nothing, load
nothing, send nothing and lead nowhere. Problems follow the typing: a stop sign must be mended; a warning (an item
that is unknown, a link to somebody else's host, elements that were left out) is saved once *These are meant* is
ticked. Of a text message it says into how many it falls, and what that costs where a price is set. Every saving is
a version with who and when; two of them are compared line by line, and any one can be restored as the newest. Of two
who save at once, the second sees the other's words beside their own. *Send me a test* sends what stands there, saved
or not, to the operator's own address, a text message to the number that is typed.
"""
_VARIABLES = """\
The layout is chosen from those that fit, or typed by its exact name; a name that does not exist, of a layout for
another message or without words is refused.
"""
_KEYS = """\
A key is shown once and kept as a digest. It can do what its scopes say and no more, until its last day or until
it is revoked; when it was last used is shown to the minute.
"""
_RIGHTS = """\
A permission has a key, which programs find in `GET /api/v1/me`, and a kind. A profile gives several at once. A
person's tab *Rights* ticks both, names companies that the person may or may not work for against the usual, and
shows what it all comes to. Administrators and owners change rights; nobody changes those of somebody of equal or
higher rank, or their own. Removing what people hold says how many lose it, and asks first.

A PIN code passes on what its owner may do at that moment. It never passes on permissions of the kinds
administration, helpdesk, issuing PIN codes, export and editing mailbox hosts, nor what is marked as kept, nor
what its issuer left out; a profile with any of these is passed on in parts, of a profile that is kept nothing is.
Companies that the owner may not work for go along always.
"""
_MAILBOXES = """\
*Mailboxes* in the console lists every account with its owner, state, last and next check and failures in a row, and
how far the round of checks has come; those that are ticked are checked now, suspended or resumed together. A
suspended one is red, with the word and a stop sign. The page of one draws its last checks and says what each found;
there an operator lets its owner in once without the old password, for a day, which is on record.

A person's tab *Mailboxes* has theirs. Administrators and owners put mailboxes on record there or from a file, change
them and take them off. Another protocol, server, port, protection or user name wipes the password that is kept, and
the form says so before it saves. *Test settings* signs in as the form says, saved or not, and shows each step. Nobody
acts on the mailboxes of an operator of equal or higher rank.

The *webhook* tells the organization's own software at once; [mailboxes.md](mailboxes.md) says what it hears, and how
it takes passwords over. A webhook's secret is shown once and sealed for the worker.
"""
_RULES = """\
A list with a tick for each: *Email when wrong email account credentials detected*, and *SMS when wrong email account
credentials detected*. Both are on until somebody switches them off; the state of a mailbox is shown in the console
and to its owner all the same.
"""
_AFTER = {
    "mailboxes": _MAILBOXES,
    "notification-rules": _RULES,
    "rights": _RIGHTS,
    "recovery": _RECOVERY,
    "pin-codes": _PINS,
    "mail": _MAIL,
    "locations": _LOCATIONS,
    "layouts": _LAYOUTS,
    "variables": _VARIABLES,
    "sms": _SMS,
    "addresses": _ADDRESSES,
    "looks": _LOOKS,
    "api-keys": _KEYS,
}


def render() -> str:
    """The whole page."""
    from django.utils import translation

    from keyturn.tenants import tabs

    with translation.override("en"):
        return "\n".join([_HEAD, *(line for tab in tabs.TABS for line in _tab(tab))]).rstrip("\n") + "\n"


def _tab(tab) -> Iterator[str]:
    yield f"## {tab.title}\n"
    yield f"{tab.about}\n"
    if tab.settings:
        yield "| setting | name | what it does | default |"
        yield "|---|---|---|---|"
        yield from (_row(setting) for setting in tab.settings)
        yield ""
    yield from (line for setting in tab.settings for line in _choices(setting))
    if tab.name in _AFTER:
        yield _AFTER[tab.name]
    if tab.name == "mail":
        yield from _services()


def _services() -> Iterator[str]:
    """What each mail service can do."""
    from keyturn.outbox.mail_services import SERVICES

    yield _SERVICES
    for one in SERVICES.values():
        hosts = ", ".join(url.split("/")[2] for url in one.regions.values())
        message_id = "the same" if one.keeps_message_id else "the service's"
        clicks = "not tracked" if one.stops_tracking else "switch tracking off at the service"
        yield f"| {one.label} | {hosts} | {message_id} | {clicks} |"
    yield ""


def _row(setting) -> str:
    from keyturn.console import presenting

    column = setting.column
    default = "" if setting.name == "name" else presenting.in_words(column, column.get_default())
    hint = " ".join(part for part in (str(column.help_text), presenting.bounds_in_words(column)) if part)
    return f"| {setting.label} | `{setting.name}` | {_cell(hint)} | {_cell(default)} |"


def _choices(setting) -> Iterator[str]:
    if not setting.costs:
        return
    yield f"*{setting.label}*:\n"
    for value, words in setting.column.choices:
        yield f"* `{value}`: {words}. {setting.costs[value]}"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the page, or check it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyturn.settings")
    django.setup()
    text = render()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") != text:
        print("docs/console.md is out of date; run: python -m tests.house.console_page")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
